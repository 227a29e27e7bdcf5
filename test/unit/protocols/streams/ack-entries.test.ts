import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listAckEntries } from '../../../../src/protocols/streams/ack-entries.ts';
import { EVENT } from './exchange.ts';

test('a batch acknowledges its highest sequences by reader, then by ascending epoch', () => {
  const at = (reader_ip: string, stream_epoch: number, seq: number) => ({
    ...EVENT,
    reader_ip,
    stream_epoch,
    seq,
  });
  const entries = listAckEntries('fwd-b', [
    at('b', 2, 1),
    at('a', 1, 0),
    at('b', 1, 9),
    at('b', 1, 7),
    at('b', 2, 3),
  ]);
  assert.deepEqual(
    entries.map(({ forwarder_id, reader_ip, stream_epoch, last_seq }) => [
      forwarder_id,
      reader_ip,
      stream_epoch,
      last_seq,
    ]),
    [
      ['fwd-b', 'b', 1, 9],
      ['fwd-b', 'b', 2, 3],
      ['fwd-b', 'a', 1, 0],
    ],
  );
  assert.deepEqual(listAckEntries('fwd-b', []), []);
});
