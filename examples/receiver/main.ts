/**
 * A receiver: writes the events of some streams to its standard output, a line of JSON each, and keeps in a file how
 * far it got. An event may come twice after a failure; its epoch and sequence tell.
 *
 *   STREAM_TOKEN=… node examples/receiver/main.ts --server ws://127.0.0.1:8080 --id rcv-a \
 *     --cursors cursors.json fwd-a/10.0.0.9:10000
 */
import { parseArgs } from 'node:util';
import { CursorFile } from './cursor-file.ts';

/** The server sends a heartbeat every 30 s. */
const SILENCE_MS_MAX = 90_000;
const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 30_000;

interface ReadEvent {
  readonly forwarder_id: string;
  readonly reader_ip: string;
  readonly stream_epoch: number;
  readonly seq: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: 'string', default: 'ws://127.0.0.1:8080' },
    id: { type: 'string', default: 'rcv-a' },
    cursors: { type: 'string', default: 'cursors.json' },
  },
});
const token = process.env.STREAM_TOKEN;
if (token === undefined || positionals.length === 0) {
  console.error('set STREAM_TOKEN to the token of this receiver, and name streams: <forwarder>/<reader> …');
  process.exit(64);
}
const streams = positionals.map((name) => {
  const slash = name.indexOf('/');
  return { forwarder_id: name.slice(0, slash), reader_ip: name.slice(slash + 1) };
});
const cursors = new CursorFile(values.cursors);
let retryMs = RETRY_MS_MIN;
connect();

function connect(): void {
  const socket = new WebSocket(`${values.server}/ws/v1/receivers`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const silence = setTimeout(() => socket.close(), SILENCE_MS_MAX);
  let isSubscribed = false;
  const send = (message: object) => socket.send(JSON.stringify(message));

  // The cursors of a hello are subscriptions, each from behind its cursor.
  socket.addEventListener('open', () =>
    send({ kind: 'receiver_hello', receiver_id: values.id, resume: cursors.list() }),
  );
  socket.addEventListener('message', ({ data }) => {
    silence.refresh();
    const message = JSON.parse(data);
    if (message.kind === 'heartbeat') {
      retryMs = RETRY_MS_MIN;
      // The others begin where the server thinks that this receiver is.
      const others = streams.filter((stream) => !cursors.has(stream.forwarder_id, stream.reader_ip));
      if (!isSubscribed && others.length > 0) {
        send({ kind: 'receiver_subscribe', session_id: message.session_id, streams: others });
      }
      isSubscribed = true;
    } else if (message.kind === 'receiver_event_batch') {
      const entries = take(message.events);
      send({ kind: 'receiver_ack', session_id: message.session_id, entries });
    } else if (message.kind === 'error') {
      console.error(`the server refused: ${message.code}: ${message.message}`);
    }
  });
  // An error is followed by a close.
  socket.addEventListener('close', ({ code, reason }) => {
    clearTimeout(silence);
    console.error(`the connection was closed (${code} ${reason}); trying again in ${retryMs / 1000} s`);
    setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
  });
}

/** Writes the events, keeps the cursors, and returns what is to be acknowledged. */
function take(events: readonly ReadEvent[]) {
  for (const event of events) {
    process.stdout.write(`${JSON.stringify(event)}\n`);
    const { forwarder_id, reader_ip, stream_epoch, seq } = event;
    cursors.advance({ forwarder_id, reader_ip, stream_epoch, last_seq: seq });
  }
  cursors.save();
  const keys = new Set(events.map(({ forwarder_id, reader_ip }) => `${forwarder_id}/${reader_ip}`));
  return cursors.list().filter(({ forwarder_id, reader_ip }) => keys.has(`${forwarder_id}/${reader_ip}`));
}
