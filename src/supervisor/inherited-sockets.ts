import { closeSync, fstatSync, readFileSync, readlinkSync } from 'node:fs';
import { formatAddress, type Listener } from '../config/listeners.ts';

/** The first one, by definition: sd_listen_fds(3). */
const FIRST_DESCRIPTOR = 3;
/** More than any service manager hands over. */
const DESCRIPTORS_MAX = 1024;
const LISTENING = '0A';

/** A socket that a service manager has opened. */
export interface InheritedSocket {
  readonly descriptor: number;
  /** What the service manager calls it; empty where it does not. */
  readonly name: string;
  /** Undefined where the kernel does not tell it, or it is no listening TCP socket. */
  readonly bound: { readonly address: string; readonly port: number } | undefined;
}

/**
 * The listening sockets that a service manager has handed to this process, as sd_listen_fds(3) describes. A
 * listener gets the one of its name, else the one of its address and port, instead of one of its own.
 */
export class InheritedSockets {
  readonly #unused: InheritedSocket[];
  /** Whether there were any. */
  readonly areThere: boolean;

  constructor(sockets: readonly InheritedSocket[]) {
    this.#unused = [...sockets];
    this.areThere = sockets.length > 0;
  }

  /** The socket for the listener, once. Undefined where there is none. */
  take({ name, address, port }: Listener): InheritedSocket | undefined {
    const byName = this.#unused.findIndex((socket) => socket.name === name);
    const index =
      byName >= 0
        ? byName
        : this.#unused.findIndex(({ bound }) => bound?.port === port && bound.address === canonical(address));
    return index < 0 ? undefined : this.#unused.splice(index, 1)[0];
  }

  /** For another listener, or the same one later: the service manager keeps it open in any case. */
  giveBack(socket: InheritedSocket): void {
    this.#unused.push(socket);
  }

  /** Those that no listener has taken, as people call them. */
  get unused(): readonly string[] {
    return this.#unused.map(({ descriptor, name, bound }) =>
      [name || `descriptor ${descriptor}`, bound && formatAddress(bound.address, bound.port)]
        .filter(Boolean)
        .join(' '),
    );
  }

  /** Nobody connects to what nobody serves. */
  closeUnused(): void {
    for (const { descriptor } of this.#unused.splice(0)) closeSync(descriptor);
  }
}

/**
 * Takes what the environment tells of inherited sockets out of it, so that no child takes it to be meant. Nothing of
 * it counts where it is meant for another process.
 */
export function takeInheritedSockets(env: NodeJS.ProcessEnv = process.env): InheritedSockets {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES } = env;
  for (const name of ['LISTEN_PID', 'LISTEN_PIDFDID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete env[name];
  const isOurs = LISTEN_PID === String(process.pid) && /^\d{1,4}$/.test(LISTEN_FDS ?? '');
  const count = isOurs ? Math.min(Number(LISTEN_FDS), DESCRIPTORS_MAX) : 0;
  const names = LISTEN_FDNAMES?.split(':') ?? [];
  const addresses = count === 0 ? new Map<string, InheritedSocket['bound']>() : readListeningAddresses();
  const descriptors = Array.from({ length: count }, (_, i) => FIRST_DESCRIPTOR + i).filter(isSocket);
  return new InheritedSockets(
    descriptors.map((descriptor) => ({
      descriptor,
      name: names[descriptor - FIRST_DESCRIPTOR] ?? '',
      bound: addresses.get(readInode(descriptor)),
    })),
  );
}

function isSocket(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket();
  } catch {
    return false;
  }
}

function readInode(descriptor: number): string {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1] ?? '';
  } catch {
    return '';
  }
}

/** By inode, from the kernel's tables (proc_net(5)): `0100007F:20FB` is 127.0.0.1:8443. */
function readListeningAddresses(): Map<string, InheritedSocket['bound']> {
  const addresses = new Map<string, InheritedSocket['bound']>();
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readLines(file).slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      if (state !== LISTENING) continue;
      addresses.set(inode, { address: decodeAddress(address), port: Number.parseInt(port, 16) });
    }
  }
  return addresses;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
}

/** Words of four bytes, each in the byte order of the machine. */
function decodeAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1) bytes.swap32();
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  return canonical(groups.join(':'));
}

/** `::1` for `0:0:0:0:0:0:0:1`. */
function canonical(address: string): string {
  return address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
