/**
 * A forwarder: each line on its standard input is an event. It is journaled before anything else, and brought to the
 * server when there is one; after the last line it ends when everything is acknowledged.
 *
 *   STREAM_TOKEN=… node examples/forwarder/main.ts --server ws://127.0.0.1:8080 --id fwd-a \
 *     --reader 10.0.0.9:10000 --journal journal.sqlite < reads.txt
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Journal } from './journal.ts';
import { Uplink } from './uplink.ts';

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: 'ws://127.0.0.1:8080' },
    id: { type: 'string', default: 'fwd-a' },
    reader: { type: 'string', default: '10.0.0.9:10000' },
    name: { type: 'string' },
    journal: { type: 'string', default: 'journal.sqlite' },
  },
});
const token = process.env.STREAM_TOKEN;
if (token === undefined) {
  console.error('set STREAM_TOKEN to the token of this forwarder');
  process.exit(64);
}

let hasMoreLines = true;
const journal = new Journal(values.journal);
const uplink = new Uplink(
  { server: values.server, token, forwarderId: values.id, readerIp: values.reader, displayName: values.name },
  journal,
  () => {
    if (hasMoreLines) return;
    uplink.close();
    journal.close();
  },
);
uplink.connect();
for await (const line of createInterface({ input: process.stdin })) {
  if (line === '') continue;
  journal.append(localTime(), line);
  uplink.send();
}
hasMoreLines = false;
uplink.send();

/** Local time without a zone, as readers give it. */
function localTime(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, -1);
}
