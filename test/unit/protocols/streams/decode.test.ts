import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeMessage } from '../../../../src/protocols/streams/decode.ts';
import { MESSAGE_LIMITS } from '../../../../src/protocols/streams/limits.ts';
import { MessageError } from '../../../../src/protocols/streams/message-error.ts';
import { CURSOR, EVENT, MESSAGES } from './exchange.ts';

/** May be absent, and what stands for them then. */
const ABSENT: Readonly<Record<string, unknown>> = {
  'forwarder_hello.resume': [],
  'forwarder_hello.display_name': null,
  'receiver_hello.resume': [],
  'config_get_response.error': null,
  'config_set_response.error': null,
  'config_set_response.status_code': null,
  'restart_response.error': null,
};
const NULLABLE = [
  'forwarder_hello.display_name',
  'config_get_response.error',
  'config_get_response.config',
  'config_set_request.payload',
  'config_set_response.error',
  'config_set_response.status_code',
  'restart_response.error',
];
/** Any value is good there. */
const ANY = ['config_get_response.config', 'config_set_request.payload'];

function decode(value: unknown) {
  return decodeMessage(JSON.stringify(value));
}

function refusal(text: string): string {
  try {
    decodeMessage(text);
  } catch (error) {
    assert.ok(error instanceof MessageError, String(error));
    assert.equal(error.code, 'PROTOCOL_ERROR');
    assert.equal(error.retryable, false);
    return error.message;
  }
  return assert.fail(`took ${text.slice(0, 200)}`);
}

function refusalOf(value: unknown): string {
  return refusal(JSON.stringify(value));
}

for (const [kind, message] of Object.entries(MESSAGES)) {
  test(`${kind} is read as it is on the wire`, () => {
    assert.deepEqual(decode(message), message);
  });

  test(`${kind} is read without the fields that it does not have`, () => {
    assert.deepEqual(decode({ further: [1, { a: 2 }], ...message, toString: 'x' }), message);
  });

  test(`${kind} is refused without a field that it needs, or with one of another type`, () => {
    for (const [field, value] of Object.entries(message)) {
      if (field === 'kind') continue;
      const path = `${kind}.${field}`;
      const { [field as never]: _, ...rest } = message;
      if (path in ABSENT) assert.deepEqual(decode(rest), { ...message, [field]: ABSENT[path] });
      else assert.match(refusalOf(rest), new RegExp(`^${kind}: ${field} is missing; it must be `));
      if (NULLABLE.includes(path))
        assert.deepEqual(decode({ ...message, [field]: null }), { ...message, [field]: null });
      else assert.match(refusalOf({ ...message, [field]: null }), new RegExp(`^${kind}: ${field} is null; `));
      const other = typeof value === 'object' && value !== null ? 'x' : { a: 1 };
      if (ANY.includes(path))
        assert.deepEqual(decode({ ...message, [field]: other }), { ...message, [field]: other });
      else assert.match(refusalOf({ ...message, [field]: other }), new RegExp(`^${kind}: ${field} is a`));
    }
  });
}

test('a refusal names the entry of a list and its field', () => {
  const { forwarder_event_batch: batch, forwarder_hello: hello, receiver_ack: ack } = MESSAGES;
  const { seq: _, ...withoutSeq } = EVENT;
  assert.equal(
    refusalOf({ ...batch, events: [EVENT, EVENT, withoutSeq] }),
    'forwarder_event_batch: events[2].seq is missing; it must be a whole number from 0 to 9007199254740991',
  );
  assert.equal(
    refusalOf({ ...batch, events: [EVENT, 7] }),
    'forwarder_event_batch: events[1] is 7; it must be an object',
  );
  assert.equal(
    refusalOf({ ...hello, reader_ips: ['a', null] }),
    'forwarder_hello: reader_ips[1] is null; it must be a text',
  );
  assert.match(
    refusalOf({ ...ack, entries: [{ ...CURSOR, last_seq: '1' }] }),
    /entries\[0\]\.last_seq is a text/,
  );
});

test('every field of an event is needed', () => {
  for (const field of Object.keys(EVENT)) {
    const { [field as keyof typeof EVENT]: _, ...rest } = EVENT;
    assert.match(
      refusalOf({ ...MESSAGES.forwarder_event_batch, events: [rest] }),
      new RegExp(`events\\[0\\]\\.${field} is missing`),
    );
  }
});

test('a number is whole, not negative, and one that JavaScript holds', () => {
  const text = (seq: string) =>
    JSON.stringify(MESSAGES.forwarder_event_batch).replace('"seq":1,', `"seq":${seq},`);
  for (const seq of ['-1', '1.5', '9007199254740992', '1e300', '1e999', '"1"', 'true', 'null', '[1]']) {
    assert.match(
      refusal(text(seq)),
      /events\[0\]\.seq is .*; it must be a whole number from 0 to 9007199254740991/,
    );
  }
  for (const [seq, value] of [
    ['0', 0],
    ['-0', 0],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ] as const) {
    const message = decodeMessage(text(seq));
    assert.ok(message.kind === 'forwarder_event_batch');
    assert.ok(Object.is(message.events[0]?.seq, value));
  }
});

test('text is refused that is no JSON object of a known kind', () => {
  assert.match(refusal('{"kind":'), /^the message is no JSON/);
  assert.match(refusal(''), /^the message is no JSON/);
  assert.match(refusal('[]'), /^the message is a list; it must be an object/);
  assert.match(refusal('null'), /^the message is null/);
  assert.match(refusal('{}'), /^kind is missing/);
  assert.match(refusal('{"kind":7}'), /^kind is 7; it must be a text/);
  for (const kind of ['hello', '', 'Heartbeat', 'constructor', '__proto__', 'toString']) {
    assert.match(refusalOf({ kind }), /^kind is ".*", which is no kind of message/);
  }
});

test('half of a surrogate pair is refused', () => {
  assert.match(
    refusal('{"kind":"heartbeat","session_id":"\\ud800","device_id":"a"}'),
    /session_id is .* surrogate pair/,
  );
});

test('a NUL is shown where it was read, and refused in a name', () => {
  const { forwarder_event_batch: batch } = MESSAGES;
  const message = decode({ ...batch, events: [{ ...EVENT, raw_read_line: 'a\0b\0', read_type: '\0' }] });
  assert.ok(message.kind === 'forwarder_event_batch');
  assert.equal(message.events[0]?.raw_read_line, 'a␀b␀');
  assert.equal(message.events[0]?.read_type, '␀');
  assert.match(
    refusalOf({ ...batch, events: [{ ...EVENT, reader_ip: 'a\0' }] }),
    /reader_ip is a text with a NUL/,
  );
  assert.match(
    refusalOf({ ...MESSAGES.forwarder_hello, forwarder_id: '\0' }),
    /forwarder_id is a text with a NUL/,
  );
});

test('everything has a limit', () => {
  const { nameMax, lineMax, depthMax, readersMax, cursorsMax, eventsMax, textMax } = MESSAGE_LIMITS;
  const { forwarder_event_batch: batch, config_get_response: config } = MESSAGES;
  const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
  const line = (length: number) => ({ ...batch, events: [{ ...EVENT, raw_read_line: 'x'.repeat(length) }] });
  decode(line(lineMax));
  assert.match(refusalOf(line(lineMax + 1)), /raw_read_line is a text of \d+ characters; it must be at most/);
  decode({ ...batch, batch_id: 'x'.repeat(nameMax) });
  assert.match(refusalOf({ ...batch, batch_id: 'x'.repeat(nameMax + 1) }), /batch_id is a text of 1025/);
  decode({ ...config, config: nested(depthMax) });
  assert.match(refusalOf({ ...config, config: nested(depthMax + 1) }), /config is too deep/);
  assert.match(refusalOf({ ...MESSAGES.config_set_response, status_code: 65_536 }), /status_code is 65536/);
  for (const [message, field, countMax] of [
    [MESSAGES.forwarder_hello, 'reader_ips', readersMax],
    [MESSAGES.forwarder_hello, 'resume', cursorsMax],
    [MESSAGES.receiver_subscribe, 'streams', cursorsMax],
    [batch, 'events', eventsMax],
  ] as const) {
    const entries = new Array(countMax + 1).fill(0);
    assert.match(
      refusalOf({ ...message, [field]: entries }),
      new RegExp(`${field} is a list of ${countMax + 1} entries`),
    );
  }
  assert.match(refusal(' '.repeat(textMax + 1)), /too long/);
  assert.match(refusal('['.repeat(1_000_000)), /^the message is no JSON/);
});

test('nothing but a refusal comes of any text', () => {
  const anything = fc.json();
  const kinds = fc.constantFrom(...Object.values(MESSAGES));
  const changed = fc
    .tuple(kinds, fc.string(), fc.jsonValue(), fc.nat(), fc.jsonValue())
    .map(([message, name, value, place, other]) => {
      const fields = Object.keys(message);
      return JSON.stringify({ ...message, [name]: value, [fields[place % fields.length]!]: other });
    });
  const cut = fc.tuple(kinds, fc.nat(), fc.string()).map(([message, at, text]) => {
    const whole = JSON.stringify(message);
    return whole.slice(0, at % whole.length) + text + whole.slice((at % whole.length) + text.length);
  });
  fc.assert(
    fc.property(fc.oneof(anything, changed, cut, fc.string()), (text) => {
      try {
        const message = decodeMessage(text);
        // What was read is a message again.
        assert.deepEqual(decode(message), message);
      } catch (error) {
        assert.ok(error instanceof MessageError, String(error));
      }
    }),
    { numRuns: 5000 },
  );
});
