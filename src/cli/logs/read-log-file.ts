import { type FileHandle, open } from 'node:fs/promises';

/** As much as the server itself keeps of its last lines. */
const TAIL_BYTES_MAX = 4 * 1024 * 1024;

/** The last complete lines of the file. Rejects where it cannot be read. */
export async function readLogFile(path: string): Promise<string[]> {
  const file = await open(path, 'r');
  try {
    return await readTail(file);
  } finally {
    await file.close();
  }
}

async function readTail(file: FileHandle): Promise<string[]> {
  const { size } = await file.stat();
  const start = Math.max(0, size - TAIL_BYTES_MAX);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - start), position: start });
  const lines = buffer.toString('utf8', 0, bytesRead).split('\n').slice(0, -1);
  return start === 0 ? lines : lines.slice(1);
}
