import { createHash } from 'node:crypto';
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { FILE_BYTES_MAX } from '../config/parse.ts';

/** Stands for every content that is larger than the loader takes, so that a growing file is one change. */
const TOO_LARGE = 'too large';
/** File systems keep times this coarsely: what was written in the same moment may still change unseen. */
const TIME_GRAIN_MS = 2000;
/** As many symbolic links as Linux follows. */
const LINKS_MAX = 40;

/** What is at a path: where its bytes are, and what they are. */
export interface Sight {
  /** As far as the file system tells without reading; empty where that is not to be relied on. */
  readonly stamp: string;
  /** SHA-256 of the content in hex. */
  readonly hash: string;
}

/** What is at the path now; undefined where there is no file that can be read. */
export async function readSight(path: string, last?: Sight): Promise<Sight | undefined> {
  let file: FileHandle | undefined;
  try {
    const real = await realpath(path);
    // A named pipe would never open for reading alone.
    if (!(await lstat(real)).isFile()) return undefined;
    file = await open(real, 'r');
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await file.stat({ bigint: true });
    const stamp = [real, dev, ino, size, mtimeNs, ctimeNs].join(':');
    if (last?.stamp === stamp) return last;
    const isOld = Date.now() - Number(ctimeMs) > TIME_GRAIN_MS;
    return { stamp: isOld ? stamp : '', hash: await hashContent(file) };
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

async function hashContent(file: FileHandle): Promise<string> {
  const bytes = Buffer.alloc(64 * 1024);
  const hash = createHash('sha256');
  for (let length = 0; length <= FILE_BYTES_MAX; ) {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, length);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(bytes.subarray(0, bytesRead));
    length += bytesRead;
  }
  return TOO_LARGE;
}

/**
 * Every name on the way to a file that can be made to mean something else: the symbolic links, in whichever folder
 * of the path they are, and the file itself. Each in its real folder, as far as that exists.
 */
export async function traceNames(path: string): Promise<string[]> {
  const names: string[] = [];
  const { root } = parse(path);
  let folder = root;
  let rest = path.slice(root.length).split(sep).filter(Boolean);
  for (let links = 0; rest.length > 0; ) {
    const name = join(folder, rest[0] as string);
    rest = rest.slice(1);
    const found = await lstat(name).catch(() => undefined);
    const target = found?.isSymbolicLink() ? await readlink(name).catch(() => undefined) : undefined;
    if (target !== undefined && links < LINKS_MAX) {
      links += 1;
      names.push(name);
      const whole = resolve(dirname(name), target);
      folder = parse(whole).root;
      rest = [...whole.slice(folder.length).split(sep).filter(Boolean), ...rest];
    } else if (rest.length === 0 || found === undefined) {
      return [...names, name];
    } else {
      folder = name;
    }
  }
  return names;
}
