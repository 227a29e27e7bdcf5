import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Paths } from '../config/paths.ts';
import { readLivePid } from '../supervisor/pid-file.ts';

/** proc(5), net/unix: number, references, protocol, flags (here: listens), type, state, inode, path. */
const LISTENING = /^\S+ \S+ \S+ 00010000 \S+ \S+ +(\d+) (\/.*\/control\.sock)$/gm;

/**
 * The paths to ask the server by. An edit of `storage.data_dir` waits for a restart, and the server answers at the old
 * place until then: where nobody listens at the configured one, it is the control socket of the process in the
 * PID file, as far as it can be found. The kernel is asked, not the socket, which serves only so many clients.
 */
export async function findControlSocket(paths: Paths): Promise<Paths> {
  const listening = await listControlSockets();
  if ([...listening.values()].includes(paths.controlSocket)) return paths;
  const pid = listening.size === 0 ? undefined : await readLivePid(paths.pidFile);
  const inodes = pid === undefined ? [] : await listSockets(pid);
  const controlSocket = inodes.map((inode) => listening.get(inode)).find((path) => path !== undefined);
  return controlSocket === undefined ? paths : { ...paths, controlSocket };
}

/** By inode; none elsewhere than on Linux. */
async function listControlSockets(): Promise<ReadonlyMap<string, string>> {
  const table = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  return new Map([...table.matchAll(LISTENING)].map(([, inode, path]) => [inode as string, path as string]));
}

/** The inodes of the sockets that a process has; none where it is another user's, or has ended. */
async function listSockets(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}
