import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LogClient } from '../../support/clients/log-stream.ts';
import type { Report } from '../report.ts';

interface StoredLine {
  readonly sequence: number;
  readonly client: string;
  readonly connection: number;
  readonly number: number;
}

/** Every line in every file of these folders, in the order of the sequence. */
export async function readStoredLines(folders: readonly string[]): Promise<StoredLine[]> {
  const lines: StoredLine[] = [];
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const [, sequence, client, connection, number] = /^ *(\d+) .*?(\S+)\.(\d+) (\d+)$/.exec(line) ?? [];
      if (client === undefined) throw new Error(`${file} has a line that no client sent: ${line}`);
      lines.push({
        sequence: Number(sequence),
        client,
        connection: Number(connection),
        number: Number(number),
      });
    }
  }
  return lines.sort((a, b) => a.sequence - b.sequence);
}

/** Reports whether the server's numbers have neither a gap nor a repeat. */
export function checkSequences(lines: readonly StoredLine[], report: Report): void {
  let gaps = 0;
  let repeats = 0;
  for (const [i, { sequence }] of lines.entries()) {
    const last = lines[i - 1]?.sequence ?? -1;
    if (sequence === last) repeats += 1;
    else if (sequence !== last + 1) {
      gaps += 1;
      report.detail(`no line has the sequence numbers ${last + 1} to ${sequence - 1}`);
    }
  }
  report.figure('lines in the files', lines.length);
  report.promise('gaps in the sequence numbers', gaps === 0, gaps);
  report.promise('sequence numbers twice', repeats === 0, repeats);
}

/** Reports whether each message that was written is there, once, and in the order of its connection. */
export function checkMessages(
  lines: readonly StoredLine[],
  clients: readonly LogClient[],
  report: Report,
): void {
  const byClient = Map.groupBy(lines, ({ client }) => client);
  const counts = { written: 0, lost: 0, repeated: 0, disordered: 0, overtaking: 0, lostLast: 0 };
  for (const { name, written, lasts } of clients) {
    const stored = byClient.get(name) ?? [];
    const seen = new Uint32Array(written);
    const lastNumbers = new Map<number, number>();
    let last = -1;
    for (const { connection, number } of stored) {
      if (number >= written) throw new Error(`${name} never sent message ${number}`);
      seen[number] = (seen[number] as number) + 1;
      if (number < (lastNumbers.get(connection) ?? -1)) counts.disordered += 1;
      else if (number < last) counts.overtaking += 1;
      lastNumbers.set(connection, number);
      last = Math.max(last, number);
    }
    counts.written += written;
    const lost = [...seen.keys()].filter((number) => seen[number] === 0);
    counts.lost += lost.length;
    counts.lostLast += lost.filter((number) => lasts.includes(number)).length;
    counts.repeated += seen.filter((count) => count > 1).length;
    if (lost.length > 0) report.detail(`${name} of ${written} lost ${lost.slice(0, 10).join(', ')}`);
  }
  report.figure('messages written', counts.written);
  report.promise('messages lost', counts.lost === 0, counts.lost);
  report.figure('  of them the last of their connection', counts.lostLast);
  report.promise('messages twice', counts.repeated === 0, counts.repeated);
  report.promise('messages out of order in a connection', counts.disordered === 0, counts.disordered);
  report.figure('messages before one of an older connection of their client', counts.overtaking);
}
