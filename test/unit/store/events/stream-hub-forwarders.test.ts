import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestAnswer } from '../../../../src/link/streams.ts';
import { StreamServiceError } from '../../../../src/link/streams.ts';
import { EVENTS_PER_APPEND_MAX } from '../../../../src/store/events/check-input.ts';
import {
  ForwarderNotConnectedError,
  StreamUnknownError,
} from '../../../../src/store/events/event-store-error.ts';
import { HUB_LIMITS } from '../../../../src/store/events/hub-limits.ts';
import { hashToken } from '../../../../src/store/events/token-hash.ts';
import { FORWARDER, READER } from '../../../support/events.ts';
import {
  addToken,
  openHub,
  readEvent,
  readEvents,
  STREAM,
  TestForwarder,
  TestReceiver,
} from './hub-sessions.ts';

const NAME = { forwarderId: FORWARDER, readerIp: READER };

test('a token tells whose it is; an unknown, a revoked and an administrator’s one tell nothing', async (t) => {
  const { store, service } = await openHub(t);
  const forwarder = await addToken(store, 'forwarder', FORWARDER);
  const receiver = await addToken(store, 'receiver', 'rcv-a');
  const admin = await addToken(store, 'admin', 'boss');
  assert.deepEqual(await service.authenticate(forwarder), {
    id: FORWARDER,
    type: 'forwarder',
    isConnected: false,
  });
  assert.deepEqual(await service.authenticate(receiver), {
    id: 'rcv-a',
    type: 'receiver',
    isConnected: false,
  });
  assert.equal(await service.authenticate(admin), undefined);
  assert.equal(await service.authenticate(hashToken('nobody')), undefined);
  for (const { tokenId } of await store.listTokens()) await store.revokeToken(tokenId);
  assert.equal(await service.authenticate(forwarder), undefined);
});

test('the first connection has the place, on whichever worker, and is asked whether it is there', async (t) => {
  const { store, hub, service } = await openHub(t);
  const hash = await addToken(store, 'forwarder', FORWARDER);
  const first = new TestForwarder(service);
  assert.equal(await first.open(), true);
  const second = new TestForwarder(hub.serve('w2'));
  assert.equal(await second.open(), false);
  assert.equal((await hub.serve('w2').authenticate(hash))?.isConnected, true);
  assert.equal(first.probes, 2);
  assert.equal(hub.isOnline(NAME), true);
  first.close();
  assert.equal(hub.isConnected(FORWARDER), false);
  assert.equal(hub.isOnline(NAME), false);
  assert.equal((await service.authenticate(hash))?.isConnected, false);
  assert.equal(await second.open(), true);
});

test('a session that finds itself dead when it is asked makes room at once', async (t) => {
  const { hub, service } = await openHub(t);
  const first = new TestForwarder(service);
  await first.open();
  first.isAlive = false;
  const second = new TestForwarder(hub.serve('w2'));
  assert.equal(await second.open(), true);
  assert.equal(first.probes, 1);
  await assert.rejects(first.append([readEvent(1)]), StreamServiceError);
  assert.equal((await second.append([readEvent(1)])).inserted, 1);
});

test('of many that want a place at once one gets it', async (t) => {
  const { service } = await openHub(t);
  const first = new TestForwarder(service);
  await first.open();
  first.isAlive = false;
  const others = Array.from({ length: 10 }, () => new TestForwarder(service));
  const got = await Promise.all(others.map((forwarder) => forwarder.open()));
  assert.equal(got.filter(Boolean).length, 1);
  assert.equal(first.probes, 1);
});

test('a close ends an open that is under way, and leaves the place to the next', async (t) => {
  const { hub, service } = await openHub(t);
  const first = new TestForwarder(service);
  const opening = first.open();
  first.close();
  const second = new TestForwarder(service);
  assert.equal(await second.open(), true);
  assert.equal(await opening, false);
  assert.equal(hub.isConnected(FORWARDER), true);
});

test('a hello makes streams and names them, a further one adds to them', async (t) => {
  const { store, hub, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open([READER], 'Finish');
  await service.greetAgain(forwarder.id, {
    deviceId: FORWARDER,
    displayName: null,
    readerIps: ['10.0.0.10:10000'],
  });
  await forwarder.append([readEvent(1, { reader_ip: '10.0.0.11:10000' })]);
  const streams = await store.listStreams();
  assert.deepEqual(
    streams.map(({ readerIp, displayName }) => [readerIp, displayName]),
    [READER, '10.0.0.10:10000', '10.0.0.11:10000'].map((readerIp) => [readerIp, null]),
  );
  for (const name of streams) assert.equal(hub.isOnline(name), true);
});

test('a failed hello leaves the place free', async (t) => {
  const { hub, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await assert.rejects(forwarder.open(['r'.repeat(1000)]), { code: 'ERR_STREAMS_STORE' });
  assert.equal(hub.isConnected(FORWARDER), false);
  assert.equal(await forwarder.open(), true);
});

test('an event is stored under the names of the session, with its tag', async (t) => {
  const { store, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  const line = 'aa400000000123450a2a01123018455927a7';
  await forwarder.append([readEvent(1, { forwarder_id: 'someone-else', raw_read_line: line })]);
  const stream = await store.findStream(FORWARDER, READER);
  assert.equal(stream?.current.lastTagId, '000000012345');
});

test('more events than one commit takes are stored with one answer', async (t) => {
  const { service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  const result = await forwarder.append(readEvents(1, EVENTS_PER_APPEND_MAX + 1));
  assert.deepEqual(result, { inserted: EVENTS_PER_APPEND_MAX + 1, retransmitted: 0, conflicts: 0 });
});

test('a command gets its answer', async (t) => {
  const { hub, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  forwarder.answer = ({ name, requestId }): RequestAnswer => ({
    outcome: 'answered',
    requestId,
    response:
      name === 'get-config'
        ? {
            kind: 'config_get_response',
            request_id: requestId,
            ok: true,
            error: null,
            config: {},
            restart_needed: false,
          }
        : { kind: 'restart_response', request_id: requestId, ok: true, error: null },
  });
  assert.equal((await hub.getConfig(FORWARDER)).outcome, 'answered');
  assert.equal((await hub.restart(FORWARDER)).outcome, 'answered');
  await hub.setConfig(FORWARDER, 'general', { name: 'x' });
  const [get, restart, set] = forwarder.commands;
  assert.deepEqual([get?.name, restart?.name], ['get-config', 'restart']);
  assert.deepEqual(set, {
    name: 'set-config',
    section: 'general',
    payload: { name: 'x' },
    requestId: set?.requestId,
  });
});

test('a reset chooses a higher epoch each time, and is sent to the forwarder of the stream', async (t) => {
  const { store, hub, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  forwarder.answer = ({ requestId }) => ({ outcome: 'sent', requestId });
  const { streamId } = (await store.findStream(FORWARDER, READER)) as { streamId: string };
  assert.equal((await hub.resetEpoch(streamId)).outcome, 'sent');
  assert.equal((await hub.resetEpoch(streamId)).outcome, 'sent');
  assert.deepEqual(
    forwarder.commands.map(
      (command) => command.name === 'reset-epoch' && [command.readerIp, command.newEpoch],
    ),
    [
      [READER, 2],
      [READER, 3],
    ],
  );
  forwarder.close();
  await assert.rejects(hub.resetEpoch(streamId), ForwarderNotConnectedError);
  await assert.rejects(hub.resetEpoch('00000000-0000-4000-8000-000000000000'), StreamUnknownError);
  await assert.rejects(hub.getConfig(FORWARDER), ForwarderNotConnectedError);
});

test('commands end with the forwarder', async (t) => {
  const { hub, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  const open = Array.from({ length: HUB_LIMITS.openCommandsMax }, () => hub.getConfig(FORWARDER));
  assert.equal((await hub.getConfig(FORWARDER)).outcome, 'busy');
  forwarder.close();
  for (const answer of await Promise.all(open)) assert.equal(answer.outcome, 'disconnected');
});

test('the sessions of a worker that disconnected are closed, and those of others stay', async (t) => {
  const { hub, service } = await openHub(t);
  const other = hub.serve('w2');
  const [gone, stays] = [new TestForwarder(service), new TestForwarder(other, 'fwd-b')];
  await gone.open();
  await stays.open();
  const [receiver, reader] = [new TestReceiver(service), new TestReceiver(other)];
  for (const each of [receiver, reader]) {
    await each.open();
    await each.subscribe(STREAM, { ...STREAM, forwarder_id: 'fwd-b' });
    assert.equal(await each.readPage(), undefined);
  }
  hub.dropWorker('w1');
  assert.equal(hub.isConnected(FORWARDER), false);
  assert.equal(hub.isConnected('fwd-b'), true);
  await assert.rejects(gone.append([readEvent(1)]), { code: 'ERR_STREAMS_STORE' });
  await assert.rejects(new TestForwarder(service).open(), { code: 'ERR_STREAMS_STORE' });
  await stays.append([readEvent(1)]);
  assert.equal((await reader.read(1)).length, 1);
  assert.equal(receiver.announcements, 0);
  // The worker comes back over a new channel.
  assert.equal(await new TestForwarder(hub.serve('w1')).open(), true);
});

test('two sessions of one name cannot be', async (t) => {
  const { service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  await assert.rejects(forwarder.open(), { code: 'ERR_STREAMS_STORE' });
  assert.equal((await forwarder.append([readEvent(1)])).inserted, 1);
});
