import { formatPrefix, LogBatch, type LogFormat } from '../../src/link/log-batch.ts';

/** A batch with these bodies; each gets its newline here. */
export function createBatch(bodies: readonly string[], format: LogFormat = 'plain', sequence = 0): LogBatch {
  const batch = new LogBatch(format, formatPrefix(format, sequence).length, 16, 1);
  for (const body of bodies) {
    const line = Buffer.from(`${body}\n`);
    const start = batch.begin(line.length);
    line.copy(batch.bytes, start);
    batch.commit(start + line.length);
  }
  return batch;
}

/** `count` bodies like `message 17`. */
export function createBodies(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, i) => `message ${from + i}`);
}
