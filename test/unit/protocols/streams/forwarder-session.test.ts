import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Device, ForwarderCommand } from '../../../../src/link/streams.ts';
import { StreamServiceError } from '../../../../src/link/streams.ts';
import type { Action } from '../../../../src/protocols/streams/action.ts';
import { ForwarderSession } from '../../../../src/protocols/streams/forwarder-session.ts';
import { EVENT, MESSAGES, SESSION_ID } from './exchange.ts';
import { SETTINGS } from './settings.ts';

const DEVICE: Device = { id: 'fwd-a', type: 'forwarder', isConnected: false };
const RESULT = { inserted: 1, retransmitted: 0, conflicts: 0 };
const GREETING = { deviceId: 'fwd-a', displayName: 'Finish', readerIps: ['10.0.0.9:10000'] };
const HEARTBEAT: Action = {
  do: 'send',
  text: `{"kind":"heartbeat","session_id":"${SESSION_ID}","device_id":"fwd-a"}`,
};
const GET_CONFIG: ForwarderCommand = { name: 'get-config', requestId: 'r1' };
const HELLO = JSON.stringify(MESSAGES.forwarder_hello);
const BATCH = JSON.stringify(MESSAGES.forwarder_event_batch);
const ACK = JSON.stringify(MESSAGES.forwarder_ack);

function create(): ForwarderSession {
  return new ForwarderSession(SESSION_ID, () => SETTINGS);
}

/** A session that waits for the hello. */
function admit(device: Device = DEVICE): ForwarderSession {
  const session = create();
  session.connect('Bearer abc');
  session.authenticated(device, 0);
  return session;
}

/** A session that serves. */
function open(): ForwarderSession {
  const session = admit();
  session.receiveText(HELLO, 0);
  session.opened(true, 0);
  return session;
}

function batchOf(...seqs: number[]): string {
  return JSON.stringify({
    ...MESSAGES.forwarder_event_batch,
    events: seqs.map((seq) => ({ ...EVENT, seq })),
  });
}

/** What was done, without what the operator is told. */
function does(actions: readonly Action[]): Action[] {
  return actions.filter((action) => action.do !== 'tell');
}

function names(actions: readonly Action[]): string[] {
  return does(actions).map((action) => action.do);
}

function assertRefused(actions: readonly Action[], code: string, message: RegExp, ...after: string[]): void {
  assert.deepEqual(names(actions), ['send', 'close', ...after]);
  const [send, close] = does(actions);
  assert.ok(send?.do === 'send' && close?.do === 'close');
  const error = JSON.parse(send.text);
  assert.equal(error.kind, 'error');
  assert.equal(error.code, code);
  assert.equal(error.retryable, code === 'INTERNAL_ERROR');
  assert.match(error.message, message);
  assert.equal(close.code, code === 'INTERNAL_ERROR' ? 1011 : 1008);
}

test('a forwarder connects, says hello, sends a batch, and gets its acknowledgement', () => {
  const session = create();
  const [authenticate] = session.connect('Bearer abc');
  assert.ok(authenticate?.do === 'authenticate' && authenticate.tokenHash.length === 32);
  assert.deepEqual(session.authenticated(DEVICE, 0), []);
  assert.deepEqual(session.receiveText(HELLO, 1), [{ do: 'open-forwarder', greeting: GREETING }]);
  assert.deepEqual(session.opened(true, 2), [HEARTBEAT]);
  assert.deepEqual(session.receiveText(BATCH, 3), [{ do: 'append', events: [EVENT] }]);
  assert.equal(session.isReading, false);
  assert.deepEqual(session.appended(RESULT), [{ do: 'send', text: ACK }]);
  assert.equal(session.isReading, true);
  assert.deepEqual(session.disconnect(), [{ do: 'close-forwarder' }]);
  assert.equal(session.state, 'ended');
});

test('without a good token of a forwarder nothing begins', () => {
  assertRefused(create().connect(undefined), 'INVALID_TOKEN', /no token/);
  assertRefused(create().connect('bearer abc'), 'INVALID_TOKEN', /no token/);
  const answers: [Device | undefined, string, RegExp][] = [
    [undefined, 'INVALID_TOKEN', /unknown or revoked/],
    [{ ...DEVICE, type: 'receiver' }, 'INVALID_TOKEN', /a receiver's/],
    [{ ...DEVICE, id: 'fwd/bad' }, 'INVALID_TOKEN', /characters/],
    [{ ...DEVICE, id: '' }, 'INVALID_TOKEN', /characters/],
    [{ ...DEVICE, isConnected: true }, 'PROTOCOL_ERROR', /connected already/],
  ];
  for (const [device, code, message] of answers) {
    const session = create();
    session.connect('Bearer abc');
    assertRefused(session.authenticated(device, 0), code, message);
    assert.equal(session.state, 'ended');
  }
});

test('the first frame is a hello, and its sender the owner of the token', () => {
  const hello = (forwarder_id: string) => JSON.stringify({ ...MESSAGES.forwarder_hello, forwarder_id });
  assertRefused(admit().receiveText(BATCH, 0), 'PROTOCOL_ERROR', /first message is forwarder_event_batch/);
  assertRefused(admit().receiveText('{', 0), 'PROTOCOL_ERROR', /no JSON/);
  assertRefused(admit().receiveText('{"kind":"x"}', 0), 'PROTOCOL_ERROR', /no kind/);
  assertRefused(admit().receiveBinary(0), 'PROTOCOL_ERROR', /binary/);
  assertRefused(admit().receiveText(hello('fwd-b'), 0), 'IDENTITY_MISMATCH', /"fwd-b".*fwd-a/);
  assert.deepEqual(names(admit().receiveText(hello(''), 0)), ['open-forwarder']);
});

test('a Ping before the hello does no harm', () => {
  const session = admit();
  session.hear(1);
  assert.equal(session.state, 'greeting');
});

test('a hello must come within ten seconds', () => {
  const session = admit();
  assert.equal(session.wakeAt, 10_000);
  assert.deepEqual(session.wake(9999), []);
  assertRefused(session.wake(10_000), 'PROTOCOL_ERROR', /within 10 s/);
  assert.equal(session.wakeAt, Number.POSITIVE_INFINITY);
});

test('a second connection of a device is refused', () => {
  const session = admit();
  session.receiveText(HELLO, 0);
  assertRefused(session.opened(false, 0), 'PROTOCOL_ERROR', /connected already/, 'close-forwarder');
});

test('a session that is heard of confirms that it lives, and a silent one makes room', () => {
  const session = open();
  session.hear(50_000);
  assert.deepEqual(session.probe(90_000), [{ do: 'confirm-alive' }]);
  assert.deepEqual(names(session.probe(90_001)), ['cut', 'close-forwarder']);
  assert.deepEqual(session.probe(90_002), []);
});

test('a hello again gives new names, and the same session', () => {
  const session = open();
  const hello = JSON.stringify({ kind: 'forwarder_hello', forwarder_id: 'fwd-b', reader_ips: ['b'] });
  assert.deepEqual(session.receiveText(hello, 5), [
    { do: 'greet-again', greeting: { deviceId: 'fwd-a', displayName: null, readerIps: ['b'] } },
  ]);
  assert.deepEqual(session.greeted(), [HEARTBEAT]);
});

test('heartbeats come every thirty seconds, whatever the client sends', () => {
  const session = open();
  assert.equal(session.wakeAt, 30_000);
  session.receiveText(JSON.stringify(MESSAGES.heartbeat), 29_000);
  assert.deepEqual(session.wake(30_000), [HEARTBEAT, { do: 'ping' }]);
  assert.equal(session.wakeAt, 60_000);
});

test('a client that answers no Ping is dropped', () => {
  const session = open();
  session.wake(30_000);
  session.wake(60_000);
  const actions = session.wake(90_000);
  assert.deepEqual(names(actions), ['cut', 'close-forwarder']);
  assert.match(JSON.stringify(actions), /nothing came from fwd-a for 90 s/);
});

test('a client that is not read, because the store takes its time, is not taken for dead', () => {
  const session = open();
  session.receiveText(BATCH, 0);
  const beats: string[] = [];
  for (let i = 0; i < 5; i += 1) beats.push(...names(session.wake(session.wakeAt)));
  assert.ok(!beats.includes('cut'));
  assert.deepEqual(session.probe(150_000), [{ do: 'confirm-alive' }]);
  assert.deepEqual(names(session.appended(RESULT)), ['send']);
});

test('batches that are sent ahead are stored one after the other', () => {
  const session = open();
  assert.deepEqual(names(session.receiveText(batchOf(1), 0)), ['append']);
  assert.deepEqual(session.receiveText(batchOf(2), 0), []);
  assert.deepEqual(session.receiveText(batchOf(), 0), []);
  assert.deepEqual(names(session.appended(RESULT)), ['send', 'append']);
  const last = session.appended(RESULT);
  assert.deepEqual(names(last), ['send', 'send']);
  assert.match(JSON.stringify(last[1]), /entries\\":\[\]/);
});

test('a batch that is larger than one append is acknowledged once, after its last part', () => {
  const session = open();
  const seqs = (actions: readonly Action[]) =>
    actions.map((action) => (action.do === 'append' ? action.events.map(({ seq }) => seq) : action.do));
  assert.deepEqual(seqs(session.receiveText(batchOf(1, 2, 3, 4, 5, 6, 7), 0)), [[1, 2, 3]]);
  assert.deepEqual(seqs(session.appended(RESULT)), [[4, 5, 6]]);
  assert.deepEqual(seqs(session.appended(RESULT)), [[7]]);
  assert.deepEqual(seqs(session.appended(RESULT)), ['send']);
});

test('conflicts and NULs are told to the operator, and acknowledged', () => {
  const session = open();
  const told = (actions: readonly Action[]) =>
    actions.flatMap((action) => (action.do === 'tell' ? [action.reason] : []));
  const withLine = (raw_read_line: string) =>
    JSON.stringify({ ...MESSAGES.forwarder_event_batch, events: [{ ...EVENT, raw_read_line }] });
  assert.deepEqual(told(session.receiveText(withLine('a\0'), 0)), ['nul_replaced']);
  const answer = session.appended({ ...RESULT, conflicts: 1 });
  assert.deepEqual(told(answer), ['integrity_conflict']);
  assert.deepEqual(names(answer), ['send']);
  assert.deepEqual(told(session.receiveText(withLine('a\\u0000'), 0)), []);
});

test('what makes no sense from a forwarder is left aside, what is no message ends the session', () => {
  const session = open();
  for (const message of [MESSAGES.forwarder_ack, MESSAGES.receiver_hello, MESSAGES.error]) {
    const actions = session.receiveText(JSON.stringify(message), 0);
    assert.deepEqual(
      actions.map((action) => action.do),
      ['tell'],
    );
  }
  assert.deepEqual(session.receiveBinary(0), []);
  assertRefused(session.receiveText('{"kind":"x"}', 0), 'PROTOCOL_ERROR', /no kind/, 'close-forwarder');
  assert.deepEqual(session.receiveText(BATCH, 0), []);
});

test('a failure of the store is told as one that passes', () => {
  const session = open();
  session.receiveText(BATCH, 0);
  const actions = session.failed(new StreamServiceError('the disk is full'));
  assertRefused(actions, 'INTERNAL_ERROR', /connect again/, 'close-forwarder');
  assert.doesNotMatch(JSON.stringify(does(actions)), /disk/);
  assert.match(JSON.stringify(actions), /disk is full/);
  const unknown = create();
  unknown.connect('Bearer abc');
  assertRefused(unknown.failed(new StreamServiceError('the store is away')), 'INTERNAL_ERROR', /again/);
});

test('a command is answered by its response', () => {
  const session = open();
  assert.deepEqual(session.command(GET_CONFIG, 0), [
    { do: 'send', text: JSON.stringify(MESSAGES.config_get_request) },
  ]);
  const set = {
    name: 'set-config',
    requestId: 'r2',
    section: 'general',
    payload: { display_name: 'Finish' },
  } as const;
  assert.deepEqual(session.command(set, 0), [
    { do: 'send', text: JSON.stringify(MESSAGES.config_set_request) },
  ]);
  assert.deepEqual(session.command({ name: 'restart', requestId: 'r3' }, 0), [
    { do: 'send', text: JSON.stringify(MESSAGES.restart_request) },
  ]);
  for (const response of [
    MESSAGES.restart_response,
    MESSAGES.config_set_response,
    MESSAGES.config_get_response,
  ]) {
    assert.deepEqual(session.receiveText(JSON.stringify(response), 0), [
      { do: 'answer-request', answer: { outcome: 'answered', requestId: response.request_id, response } },
    ]);
    assert.deepEqual(session.receiveText(JSON.stringify(response), 0), []);
  }
});

test('a response of another kind answers nothing', () => {
  const session = open();
  session.command(GET_CONFIG, 0);
  assert.deepEqual(
    session.receiveText(JSON.stringify({ ...MESSAGES.restart_response, request_id: 'r1' }), 0),
    [],
  );
});

test('a reset of an epoch is sent, and has no response', () => {
  const command = { name: 'reset-epoch', requestId: 'r4', readerIp: '10.0.0.9:10000', newEpoch: 2 } as const;
  assert.deepEqual(open().command(command, 0), [
    { do: 'send', text: JSON.stringify({ ...MESSAGES.epoch_reset_command, session_id: SESSION_ID }) },
    { do: 'answer-request', answer: { outcome: 'sent', requestId: 'r4' } },
  ]);
});

test('no command comes between a batch and its acknowledgement', () => {
  const session = open();
  session.receiveText(BATCH, 0);
  assert.deepEqual(session.command(GET_CONFIG, 0), []);
  assert.deepEqual(session.appended(RESULT), [
    { do: 'send', text: ACK },
    { do: 'send', text: JSON.stringify(MESSAGES.config_get_request) },
  ]);
});

test('a command before the hello is answered waits for the heartbeat', () => {
  const session = admit();
  session.receiveText(HELLO, 0);
  assert.deepEqual(session.command(GET_CONFIG, 0), []);
  assert.deepEqual(names(session.opened(true, 0)), ['send', 'send']);
});

test('a command that is not answered is given up', () => {
  const outcome = (actions: readonly Action[]) =>
    actions.flatMap((action) => (action.do === 'answer-request' ? [action.answer.outcome] : []));
  const session = open();
  session.command(GET_CONFIG, 5000);
  assert.equal(session.wakeAt, 15_000);
  assert.deepEqual(session.wake(14_999), []);
  assert.deepEqual(outcome(session.wake(15_000)), ['timeout']);
  assert.deepEqual(session.receiveText(JSON.stringify(MESSAGES.config_get_response), 15_001), []);

  session.receiveText(BATCH, 15_002);
  for (let i = 0; i < 8; i += 1) session.command({ name: 'restart', requestId: `w${i}` }, 15_002);
  assert.deepEqual(outcome(session.command({ name: 'restart', requestId: 'w8' }, 15_002)), ['busy']);
  assert.equal(outcome(session.wake(25_002)).length, 8);
  // What waited too long is not sent.
  assert.deepEqual(names(session.appended(RESULT)), ['send']);

  session.command(GET_CONFIG, 26_000);
  assert.deepEqual(outcome(session.disconnect()), ['disconnected']);
  assert.deepEqual(outcome(session.command(GET_CONFIG, 26_001)), ['disconnected']);
});

test('a server that leaves acknowledges first what it has', () => {
  const session = open();
  session.receiveText(batchOf(1), 0);
  session.receiveText(batchOf(2), 0);
  assert.deepEqual(session.leave('handover'), []);
  const actions = session.appended(RESULT);
  assert.deepEqual(names(actions), ['send', 'close', 'close-forwarder']);
  assert.ok(actions[1]?.do === 'close' && actions[1].code === 1012);
  const idle = open().leave('shutdown');
  assert.deepEqual(names(idle), ['close', 'close-forwarder']);
  assert.ok(idle[0]?.do === 'close' && idle[0].code === 1001);
  assert.deepEqual(names(admit().leave('shutdown')), ['close']);
  const connecting = create();
  connecting.connect('Bearer abc');
  assert.deepEqual(connecting.leave('shutdown'), []);
  assert.deepEqual(names(connecting.authenticated(DEVICE, 0)), ['close']);
});

test('frames that are sent ahead have a limit', () => {
  const session = open();
  session.receiveText(BATCH, 0);
  let actions: readonly Action[] = [];
  for (let i = 0; actions.length === 0; i += 1) {
    assert.ok(i < 20_000);
    actions = session.receiveText(batchOf(), 0);
  }
  assertRefused(actions, 'PROTOCOL_ERROR', /sent ahead/, 'close-forwarder');
});

test('nothing that happens, in whatever order, throws or comes after the end', () => {
  const step = fc.oneof(
    fc.constantFrom<(session: ForwarderSession, now: number) => readonly Action[]>(
      (session) => session.connect('Bearer abc'),
      (session, now) => session.authenticated(DEVICE, now),
      (session, now) => session.opened(true, now),
      (session) => session.appended(RESULT),
      (session) => session.greeted(),
      (session, now) => session.receiveBinary(now),
      (session, now) => session.probe(now),
      (session, now) => session.wake(now),
      (session, now) => session.command(GET_CONFIG, now),
      (session, now) => session.receiveText(HELLO, now),
      (session, now) => session.receiveText(batchOf(1, 2, 3, 4), now),
      ...Object.values(MESSAGES).map(
        (message) => (session: ForwarderSession, now: number) =>
          session.receiveText(JSON.stringify(message), now),
      ),
    ),
    fc.constantFrom<(session: ForwarderSession, now: number) => readonly Action[]>(
      (session) => session.failed(new StreamServiceError('away')),
      (session) => session.leave('handover'),
      (session) => session.disconnect(),
      (session, now) => session.receiveText('{"kind":"x"}', now),
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.nat(20_000)), { maxLength: 40 }), (steps) => {
      const session = open();
      let now = 0;
      let closes = 0;
      for (const [take, passed] of steps) {
        now += passed;
        const hasEnded = session.state === 'ended';
        const actions = take(session, now);
        closes += actions.filter((action) => action.do === 'close-forwarder').length;
        // A command that comes late still gets its answer.
        if (hasEnded) assert.ok(actions.every((action) => action.do === 'answer-request'));
      }
      assert.equal(closes, session.state === 'ended' ? 1 : 0);
    }),
    { numRuns: 2000 },
  );
});
