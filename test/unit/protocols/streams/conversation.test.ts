import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { Conversation, type Wire } from '../../../../src/protocols/streams/conversation.ts';
import { ForwarderSession } from '../../../../src/protocols/streams/forwarder-session.ts';
import { ReceiverSession } from '../../../../src/protocols/streams/receiver-session.ts';
import { EVENT, MESSAGES, STREAM } from './exchange.ts';
import { MemoryStreamService } from './memory-service.ts';
import { SETTINGS } from './settings.ts';

/** A client whose frames stay in memory. */
class Client implements Wire {
  readonly conversation: Conversation;
  readonly told: string[] = [];
  readonly closes: number[] = [];
  readonly #arrivals = new EventEmitter();
  readonly #texts: string[] = [];
  isPaused = false;
  /** What `flushed` waits for. */
  isFlushed: Promise<void> = Promise.resolve();

  constructor(service: MemoryStreamService, Session: typeof ForwarderSession | typeof ReceiverSession) {
    const session = new Session(randomUUID(), () => SETTINGS);
    this.conversation = new Conversation(session, service, this, (reason) => this.told.push(reason));
  }

  static async open(service: MemoryStreamService, kind: 'forwarder' | 'receiver'): Promise<Client> {
    const client = new Client(service, kind === 'forwarder' ? ForwarderSession : ReceiverSession);
    client.conversation.connect(`Bearer ${kind}`);
    client.say(MESSAGES[`${kind}_hello`]);
    assert.equal((await client.next()).kind, 'heartbeat');
    return client;
  }

  say(message: object): void {
    this.conversation.receiveText(JSON.stringify(message));
  }

  /** The next message of the server. */
  async next() {
    while (this.#texts.length === 0) await once(this.#arrivals, 'text');
    return JSON.parse(this.#texts.shift()!);
  }

  get hasMessages(): boolean {
    return this.#texts.length > 0;
  }

  send(text: string): void {
    this.#texts.push(text);
    this.#arrivals.emit('text');
  }

  flushed(): Promise<void> {
    return this.isFlushed;
  }

  ping(): void {}

  close(code: number): void {
    this.closes.push(code);
  }

  terminate(): void {
    this.closes.push(0);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }
}

function serve(): MemoryStreamService {
  const service = new MemoryStreamService();
  service.addToken('forwarder', { id: 'fwd-a', type: 'forwarder' });
  service.addToken('receiver', { id: 'rcv-a', type: 'receiver' });
  return service;
}

function batchOf(...seqs: number[]): object {
  return { ...MESSAGES.forwarder_event_batch, events: seqs.map((seq) => ({ ...EVENT, seq })) };
}

test('events go from a forwarder to a receiver, the old ones and the new ones', async () => {
  const service = serve();
  const forwarder = await Client.open(service, 'forwarder');
  forwarder.say(batchOf(1, 2, 3, 4));
  assert.equal((await forwarder.next()).entries[0].last_seq, 4);
  // Its hello has a cursor behind sequence 1.
  const receiver = await Client.open(service, 'receiver');
  const seqs = async () => (await receiver.next()).events.map(({ seq }: { seq: number }) => seq);
  assert.deepEqual(await seqs(), [2, 3, 4]);
  forwarder.say(batchOf(5));
  assert.equal((await forwarder.next()).kind, 'forwarder_ack');
  assert.deepEqual(await seqs(), [5]);
  receiver.say({ ...MESSAGES.receiver_ack, entries: [{ ...STREAM, stream_epoch: 1, last_seq: 5 }] });
  receiver.say(MESSAGES.receiver_subscribe);
  assert.equal(service.cursorOf('rcv-a', STREAM)?.last_seq, 5);
  forwarder.conversation.disconnect();
  receiver.conversation.disconnect();
  await Promise.all([forwarder.conversation.ended, receiver.conversation.ended]);
  assert.equal(service.isConnected('fwd-a'), false);
});

test('a client is not read while the store works', async () => {
  const service = serve();
  const forwarder = await Client.open(service, 'forwarder');
  assert.equal(forwarder.isPaused, false);
  forwarder.say(batchOf(1));
  assert.equal(forwarder.isPaused, true);
  await forwarder.next();
  assert.equal(forwarder.isPaused, false);
  forwarder.conversation.disconnect();
});

test('a receiver that does not take what was sent is not sent more', async () => {
  const service = serve();
  const forwarder = await Client.open(service, 'forwarder');
  const receiver = await Client.open(service, 'receiver');
  const { promise, resolve } = Promise.withResolvers<void>();
  receiver.isFlushed = promise;
  for (const seq of [2, 3, 4]) {
    forwarder.say(batchOf(seq));
    await forwarder.next();
  }
  assert.equal(receiver.hasMessages, false);
  resolve();
  assert.equal((await receiver.next()).events.length, 3);
  forwarder.conversation.disconnect();
  receiver.conversation.disconnect();
});

test('a second connection of a forwarder is refused, and the first goes on', async () => {
  const service = serve();
  const first = await Client.open(service, 'forwarder');
  const second = new Client(service, ForwarderSession);
  second.conversation.connect('Bearer forwarder');
  const error = await second.next();
  assert.equal(error.code, 'PROTOCOL_ERROR');
  assert.deepEqual(second.closes, [1008]);
  first.say(batchOf(1));
  assert.equal((await first.next()).kind, 'forwarder_ack');
  first.conversation.disconnect();
  const third = await Client.open(service, 'forwarder');
  third.conversation.disconnect();
});

test('a command reaches the forwarder, and its answer the store', async () => {
  const service = serve();
  const forwarder = await Client.open(service, 'forwarder');
  assert.ok(service.command('fwd-a', { name: 'get-config', requestId: 'r1' }));
  assert.deepEqual(await forwarder.next(), MESSAGES.config_get_request);
  forwarder.say(MESSAGES.config_get_response);
  assert.deepEqual(
    service.answers.map(({ outcome, requestId }) => [outcome, requestId]),
    [['answered', 'r1']],
  );
  forwarder.conversation.disconnect();
});

test('a store that fails ends the sessions with an error that passes', async () => {
  const service = serve();
  const forwarder = await Client.open(service, 'forwarder');
  service.fail('the disk is full');
  forwarder.say(batchOf(1));
  const error = await forwarder.next();
  assert.equal(error.code, 'INTERNAL_ERROR');
  assert.equal(error.retryable, true);
  assert.deepEqual(forwarder.closes, [1011]);
  assert.deepEqual(forwarder.told, ['store_failed']);
  assert.equal(service.isConnected('fwd-a'), false);
});

test('a handover closes with the code for it', async () => {
  const service = serve();
  const forwarder = await Client.open(service, 'forwarder');
  forwarder.conversation.leave('handover');
  await forwarder.conversation.ended;
  assert.deepEqual(forwarder.closes, [1012]);
});
