/** The messages of the protocol, one of each kind as it is on the wire. */

export const EVENT = {
  forwarder_id: 'fwd-a',
  reader_ip: '10.0.0.9:10000',
  stream_epoch: 1,
  seq: 1,
  reader_timestamp: '2026-03-01T09:00:00.010',
  raw_read_line: 'aa400000000123450a2a01123018455927a7',
  read_type: 'raw',
};

export const CURSOR = { forwarder_id: 'fwd-a', reader_ip: '10.0.0.9:10000', stream_epoch: 1, last_seq: 1 };
export const STREAM = { forwarder_id: 'fwd-a', reader_ip: '10.0.0.9:10000' };
export const SESSION_ID = '7b0cbd1e-6c2f-4a3e-9c7e-6a2f5d1c8e90';

export const MESSAGES = {
  forwarder_hello: {
    kind: 'forwarder_hello',
    forwarder_id: 'fwd-a',
    reader_ips: ['10.0.0.9:10000'],
    resume: [] as object[],
    display_name: 'Finish' as string | null,
  },
  forwarder_event_batch: {
    kind: 'forwarder_event_batch',
    session_id: SESSION_ID,
    batch_id: 'x1',
    events: [EVENT],
  },
  forwarder_ack: { kind: 'forwarder_ack', session_id: SESSION_ID, entries: [CURSOR] },
  receiver_hello: { kind: 'receiver_hello', receiver_id: 'rcv-a', resume: [CURSOR] },
  receiver_subscribe: { kind: 'receiver_subscribe', session_id: '', streams: [STREAM] },
  receiver_event_batch: { kind: 'receiver_event_batch', session_id: SESSION_ID, events: [EVENT] },
  receiver_ack: { kind: 'receiver_ack', session_id: SESSION_ID, entries: [CURSOR] },
  heartbeat: { kind: 'heartbeat', session_id: SESSION_ID, device_id: 'fwd-a' },
  error: { kind: 'error', code: 'INVALID_TOKEN', message: 'unknown', retryable: false },
  epoch_reset_command: { kind: 'epoch_reset_command', session_id: '', ...STREAM, new_stream_epoch: 2 },
  config_get_request: { kind: 'config_get_request', request_id: 'r1' },
  config_get_response: {
    kind: 'config_get_response',
    request_id: 'r1',
    ok: true,
    error: null as string | null,
    config: null as unknown,
    restart_needed: false,
  },
  config_set_request: {
    kind: 'config_set_request',
    request_id: 'r2',
    section: 'general',
    payload: { display_name: 'Finish' } as unknown,
  },
  config_set_response: {
    kind: 'config_set_response',
    request_id: 'r2',
    ok: false,
    error: 'no such section' as string | null,
    restart_needed: false,
    status_code: 400 as number | null,
  },
  restart_request: { kind: 'restart_request', request_id: 'r3' },
  restart_response: { kind: 'restart_response', request_id: 'r3', ok: true, error: null as string | null },
};
