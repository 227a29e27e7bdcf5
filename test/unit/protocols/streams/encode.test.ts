import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEvents } from '../../../../src/link/encode-events.ts';
import * as encode from '../../../../src/protocols/streams/encode.ts';
import { MessageError } from '../../../../src/protocols/streams/message-error.ts';
import { CURSOR, EVENT, MESSAGES, SESSION_ID, STREAM } from './exchange.ts';

test('what the server sends is the protocol, byte for byte', () => {
  assert.equal(
    encode.encodeHeartbeat('7b0c', 'fwd-a'),
    '{"kind":"heartbeat","session_id":"7b0c","device_id":"fwd-a"}',
  );
  assert.equal(
    encode.encodeForwarderAck('7b0c', [CURSOR]),
    '{"kind":"forwarder_ack","session_id":"7b0c","entries":[{"forwarder_id":"fwd-a","reader_ip":"10.0.0.9:10000","stream_epoch":1,"last_seq":1}]}',
  );
  assert.equal(
    encode.encodeForwarderAck('7b0c', []),
    '{"kind":"forwarder_ack","session_id":"7b0c","entries":[]}',
  );
  assert.equal(
    encode.encodeError(new MessageError('INTERNAL_ERROR', 'come "again"', { retryable: true })),
    '{"kind":"error","code":"INTERNAL_ERROR","message":"come \\"again\\"","retryable":true}',
  );
  assert.equal(
    encode.encodeReceiverEventBatch('7b0c', encodeEvents([EVENT])),
    '{"kind":"receiver_event_batch","session_id":"7b0c","events":[{"forwarder_id":"fwd-a","reader_ip":"10.0.0.9:10000","stream_epoch":1,"seq":1,"reader_timestamp":"2026-03-01T09:00:00.010","raw_read_line":"aa400000000123450a2a01123018455927a7","read_type":"raw"}]}',
  );
  assert.equal(
    encode.encodeEpochResetCommand('', STREAM, 2),
    '{"kind":"epoch_reset_command","session_id":"","forwarder_id":"fwd-a","reader_ip":"10.0.0.9:10000","new_stream_epoch":2}',
  );
  assert.equal(encode.encodeConfigGetRequest('r1'), JSON.stringify(MESSAGES.config_get_request));
  assert.equal(
    encode.encodeConfigSetRequest('r2', 'general', { display_name: 'Finish' }),
    JSON.stringify(MESSAGES.config_set_request),
  );
  assert.equal(encode.encodeRestartRequest('r3'), JSON.stringify(MESSAGES.restart_request));
});

test('fields that are not on the wire are not sent', () => {
  const event = { ...EVENT, received_at: 'now' };
  assert.equal(encodeEvents([event]), JSON.stringify([EVENT]));
  assert.equal(
    encode.encodeForwarderAck(SESSION_ID, [{ ...CURSOR, ...{ note: 1 } }]),
    JSON.stringify(MESSAGES.forwarder_ack),
  );
});
