import { fstatSync, ftruncateSync, writeSync } from 'node:fs';

/** All of the bytes, or none of them. */
export function appendSync(descriptor: number, bytes: Buffer): void {
  const { size } = fstatSync(descriptor);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  } catch (error) {
    ftruncateSync(descriptor, size);
    throw error;
  }
}
