import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Paths } from '../config/paths.ts';
import { readLivePid } from '../supervisor/pid-file.ts';

/** proc(5), net/unix: number, references, protocol, flags (here: listens), type, state, inode, path. */
const LISTENING = /^\S+ \S+ \S+ 00010000 \S+ \S+ +(\d+) (\/.*\/control\.sock)$/gm;

/**
 * The paths to ask the server by. An edit of `storage.data_dir` waits for a restart, and the server answers at the old
 * place until then: where nobody listens at the configured one, it is the control socket of the process in the
 * PID file, as far as it can be found.
 */
export async function findControlSocket(paths: Paths): Promise<Paths> {
  if (process.platform !== 'linux' || (await isListening(paths.controlSocket))) return paths;
  const pid = await readLivePid(paths.pidFile);
  const controlSocket = pid === undefined ? undefined : await readControlSocket(pid);
  if (controlSocket === undefined || !(await isListening(controlSocket))) return paths;
  return { ...paths, controlSocket };
}

/** Undefined, too, where the process is another user's. */
async function readControlSocket(pid: number): Promise<string | undefined> {
  try {
    const table = await readFile(`/proc/${pid}/net/unix`, 'utf8');
    const candidates = new Map(
      [...table.matchAll(LISTENING)].map(([, inode, path]) => [inode as string, path as string]),
    );
    const folder = `/proc/${pid}/fd`;
    for (const name of await readdir(folder)) {
      const target = await readlink(`${folder}/${name}`).catch(() => '');
      const path = candidates.get(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '');
      if (path !== undefined) return path;
    }
  } catch {
    // Told by whoever finds nobody at the configured place.
  }
  return undefined;
}

async function isListening(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
