import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeEvents } from '../../../../src/link/encode-events.ts';
import type { Device } from '../../../../src/link/streams.ts';
import type { Action } from '../../../../src/protocols/streams/action.ts';
import { ReceiverSession } from '../../../../src/protocols/streams/receiver-session.ts';
import { CURSOR, EVENT, MESSAGES, SESSION_ID, STREAM } from './exchange.ts';
import { SETTINGS } from './settings.ts';

const DEVICE: Device = { id: 'rcv-a', type: 'receiver', isConnected: false };
const HELLO = JSON.stringify(MESSAGES.receiver_hello);
const SUBSCRIBE = JSON.stringify(MESSAGES.receiver_subscribe);
const ACK = JSON.stringify(MESSAGES.receiver_ack);
const PAGE = { eventsJson: encodeEvents([EVENT]) };
const BATCH: Action = { do: 'send', text: JSON.stringify(MESSAGES.receiver_event_batch) };
const READ: Action = { do: 'read-page' };
const HEARTBEAT: Action = {
  do: 'send',
  text: `{"kind":"heartbeat","session_id":"${SESSION_ID}","device_id":"rcv-a"}`,
};

function admit(device: Device = DEVICE): ReceiverSession {
  const session = new ReceiverSession(SESSION_ID, () => SETTINGS);
  session.connect('Bearer abc');
  session.authenticated(device, 0);
  return session;
}

/** A session that has been told that there is nothing for it. */
function open(): ReceiverSession {
  const session = admit();
  session.receiveText(HELLO, 0);
  session.opened(0);
  session.pageRead(undefined);
  return session;
}

function codeOf(actions: readonly Action[]): unknown {
  const send = actions.find((action) => action.do === 'send');
  return send === undefined ? undefined : JSON.parse(send.text).code;
}

test('a receiver says which streams it wants, and gets their events after the heartbeat', () => {
  const session = admit();
  assert.deepEqual(session.receiveText(HELLO, 0), [
    { do: 'open-receiver', deviceId: 'rcv-a', cursors: [CURSOR] },
  ]);
  assert.deepEqual(session.opened(0), [HEARTBEAT, READ]);
  assert.deepEqual(session.pageRead(PAGE), [BATCH, READ]);
  assert.deepEqual(session.pageRead(undefined), []);
  assert.deepEqual(session.moreEvents(), [READ]);
  assert.deepEqual(session.pageRead(PAGE), [BATCH, READ]);
  assert.deepEqual(session.disconnect(), [{ do: 'close-receiver' }]);
  assert.deepEqual(session.pageRead(PAGE), []);
});

test('"there is more" is not missed while a page is read', () => {
  const session = open();
  assert.deepEqual(session.moreEvents(), [READ]);
  assert.deepEqual(session.moreEvents(), []);
  assert.deepEqual(session.moreEvents(), []);
  assert.deepEqual(session.pageRead(undefined), [READ]);
  assert.deepEqual(session.pageRead(undefined), []);
});

test('there is one page under way at a time', () => {
  const session = open();
  assert.deepEqual(session.moreEvents(), [READ]);
  assert.deepEqual(session.receiveText(SUBSCRIBE, 0), [{ do: 'subscribe', streams: [STREAM] }]);
  assert.deepEqual(session.subscribed(), []);
  assert.deepEqual(session.pageRead(undefined), [READ]);
});

test('a subscription is looked at for events, an acknowledgement is not', () => {
  const session = open();
  session.receiveText(SUBSCRIBE, 0);
  assert.deepEqual(session.subscribed(), [READ]);
  session.pageRead(undefined);
  assert.deepEqual(session.receiveText(ACK, 0), [{ do: 'acknowledge', cursors: [CURSOR] }]);
  assert.deepEqual(session.acknowledged(), []);
});

test('events go on while an acknowledgement is stored', () => {
  const session = open();
  session.moreEvents();
  session.receiveText(ACK, 0);
  assert.deepEqual(session.pageRead(PAGE), [BATCH, READ]);
  assert.deepEqual(session.moreEvents(), []);
});

test('messages that are sent ahead are looked at one after the other', () => {
  const session = admit();
  session.receiveText(HELLO, 0);
  assert.deepEqual(session.receiveText(SUBSCRIBE, 0), []);
  assert.deepEqual(session.receiveText(ACK, 0), []);
  assert.deepEqual(session.opened(0), [HEARTBEAT, { do: 'subscribe', streams: [STREAM] }, READ]);
  assert.deepEqual(session.subscribed(), [{ do: 'acknowledge', cursors: [CURSOR] }]);
});

test('any number of sessions of a receiver are taken, but none of a forwarder, or of another receiver', () => {
  assert.equal(admit({ ...DEVICE, isConnected: true }).state, 'greeting');
  assert.equal(admit({ ...DEVICE, id: 'a/b' }).state, 'greeting');
  assert.equal(admit({ ...DEVICE, type: 'forwarder' }).state, 'ended');
  const other = JSON.stringify({ ...MESSAGES.receiver_hello, receiver_id: 'rcv-b' });
  assert.equal(codeOf(admit().receiveText(other, 0)), 'IDENTITY_MISMATCH');
  const nameless = JSON.stringify({ kind: 'receiver_hello', receiver_id: '' });
  assert.equal(admit().receiveText(nameless, 0)[0]?.do, 'open-receiver');
  assert.equal(codeOf(admit().receiveText(SUBSCRIBE, 0)), 'PROTOCOL_ERROR');
});

test('what makes no sense from a receiver is left aside', () => {
  const session = open();
  for (const message of [MESSAGES.receiver_hello, MESSAGES.forwarder_hello, MESSAGES.config_get_response]) {
    const actions = session.receiveText(JSON.stringify(message), 0);
    assert.deepEqual(
      actions.map((action) => action.do),
      ['tell'],
    );
  }
  assert.deepEqual(session.receiveText(JSON.stringify(MESSAGES.heartbeat), 0), []);
});

test('nothing precedes the first heartbeat, and the next comes thirty seconds later', () => {
  const session = admit();
  session.receiveText(HELLO, 9000);
  assert.equal(session.wakeAt, Number.POSITIVE_INFINITY);
  session.opened(9500);
  assert.equal(session.wakeAt, 39_500);
  assert.deepEqual(session.wake(39_500), [HEARTBEAT, { do: 'ping' }]);
});

test('a receiver that serves is closed at once when the server leaves', () => {
  const session = open();
  session.moreEvents();
  const actions = session.leave('handover');
  assert.deepEqual(
    actions.map((action) => action.do),
    ['close', 'close-receiver'],
  );
  assert.deepEqual(session.pageRead(PAGE), []);
});

test('nothing that happens, in whatever order, throws, and no two pages are under way', () => {
  const step = fc.constantFrom<(session: ReceiverSession, now: number) => readonly Action[]>(
    (session) => session.connect('Bearer abc'),
    (session, now) => session.authenticated(DEVICE, now),
    (session, now) => session.opened(now),
    (session) => session.subscribed(),
    (session) => session.acknowledged(),
    (session) => session.moreEvents(),
    (session, now) => session.wake(now),
    (session, now) => session.receiveText(HELLO, now),
    (session, now) => session.receiveText(SUBSCRIBE, now),
    (session, now) => session.receiveText(ACK, now),
    (session) => session.leave('shutdown'),
    (session, now) => session.receiveText('', now),
    ...Object.values(MESSAGES).map(
      (message) => (session: ReceiverSession, now: number) =>
        session.receiveText(JSON.stringify(message), now),
    ),
  );
  const page = fc.constantFrom(PAGE, undefined);
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.nat(20_000), page), { maxLength: 40 }), (steps) => {
      const session = new ReceiverSession(SESSION_ID, () => SETTINGS);
      let now = 0;
      let reads = 0;
      for (const [take, passed, next] of steps) {
        now += passed;
        const actions = [...take(session, now)];
        reads += actions.filter((action) => action.do === 'read-page').length;
        assert.ok(reads <= 1);
        if (reads === 0 || passed % 2 === 0) continue;
        reads = session.pageRead(next).filter((action) => action.do === 'read-page').length;
      }
    }),
    { numRuns: 2000 },
  );
});
