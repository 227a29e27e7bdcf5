import assert from 'node:assert';
import type { LinkClient } from './client.ts';
import { FRAME } from './frame.ts';
import { decodeAnswer, encodeCall, type StreamAnswer, type StreamCall } from './stream-frames.ts';
import { StreamServiceError } from './streams.ts';

/**
 * Bytes of calls and of pages that may be under way. Calls that wait for a client, or that a waiting one depends on,
 * are not counted: what opens, confirms and closes a session must not stand behind what others store.
 */
const CREDIT_BYTES = 16 * 1024 * 1024;
/** What a page is counted as; most are smaller. */
const PAGE_BYTES = 256 * 1024;
/** What is kept while the store is away: two of the largest messages of forwarders. */
const HELD_BYTES_MAX = 256 * 1024 * 1024;
/** A connection has a few; there are not so many connections. */
const HELD_CALLS_MAX = 64 * 1024;
/** Longer than a store needs to start, and shorter than a client's patience. */
const ANSWER_TIMEOUT_MS = 30_000;

const WITHOUT_CREDIT: readonly string[] = ['authenticate', 'openForwarder', 'openReceiver'];

/** The calls of one session, in their order. */
export class Lane {
  /** While it is held, its calls wait: the session is being opened again. */
  isHeld = false;
  /** The session is closed: when the connection is lost, nothing of it is sent again. */
  isOver = false;
  /** Not sent yet. */
  waiting: HeldCall[] = [];
}

interface HeldCall extends StreamCall {
  readonly id: number;
  readonly lane: Lane;
  readonly creditBytes: number;
  /** Undefined where the call has no answer, or nobody waits for it any more. */
  answer: PromiseWithResolvers<StreamAnswer> | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Calls on their way to the store, each until it is answered. When the connection is lost, those that were
 * sent wait again, before those of their lane that were not.
 */
export class CallQueue {
  readonly #link: LinkClient;
  readonly #timeoutMs: number;
  readonly #underWay = new Map<number, HeldCall>();
  readonly #waitingLanes = new Set<Lane>();
  /** Those of them whose next call waits for credit, in their turn. */
  readonly #starvedLanes = new Set<Lane>();
  #nextId = 1;
  #creditUsedBytes = 0;
  #heldBytes = 0;
  #heldCalls = 0;

  constructor(link: LinkClient, timeoutMs = ANSWER_TIMEOUT_MS) {
    this.#link = link;
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects with a `StreamServiceError` where the store fails, is away for too long, or too much waits for it. */
  ask(lane: Lane, call: StreamCall): Promise<StreamAnswer> {
    if (this.#heldCalls >= HELD_CALLS_MAX || this.#heldBytes + call.argument.length > HELD_BYTES_MAX) {
      return Promise.reject(new StreamServiceError('too much waits for the store; it is away or slow'));
    }
    const answer = Promise.withResolvers<StreamAnswer>();
    const held: HeldCall = {
      ...call,
      id: this.#nextId++,
      lane,
      creditBytes: countCredit(call),
      answer,
      timer: undefined,
    };
    held.timer = setTimeout(() => this.#abandon(held), this.#timeoutMs);
    this.#heldCalls += 1;
    this.#heldBytes += call.argument.length;
    this.#add(held);
    return answer.promise;
  }

  /** Sends what has no answer. A store that is away has no use for it later. */
  tell(lane: Lane, call: StreamCall): void {
    if (!this.#link.isConnected) return;
    this.#add({ ...call, id: 0, lane, creditBytes: 0, answer: undefined, timer: undefined });
  }

  /** Lets the calls of a lane go that was held. */
  release(lane: Lane): void {
    lane.isHeld = false;
    this.#pump(lane);
  }

  /** Gives up the calls of a lane. */
  drop(lane: Lane, message: string): void {
    for (const call of lane.waiting) {
      this.#reject(call, message);
      this.#forget(call);
    }
    lane.waiting = [];
    this.#pump(lane);
    for (const call of this.#underWay.values()) {
      if (call.lane === lane) this.#reject(call, message);
    }
  }

  /** The connection is there: what waits can go. */
  connect(): void {
    for (const lane of this.#waitingLanes) this.#pump(lane);
  }

  /** The connection is lost. */
  disconnect(): void {
    const sent = Map.groupBy(this.#underWay.values(), ({ lane }) => lane);
    this.#underWay.clear();
    this.#starvedLanes.clear();
    this.#creditUsedBytes = 0;
    for (const lane of new Set([...sent.keys(), ...this.#waitingLanes])) {
      const calls = [...(sent.get(lane) ?? []), ...lane.waiting];
      lane.waiting = calls.filter(({ answer }) => answer !== undefined);
      for (const call of calls) if (call.answer === undefined) this.#forget(call);
      if (lane.isOver) this.drop(lane, 'the connection to it was lost');
      if (lane.waiting.length > 0) this.#waitingLanes.add(lane);
      else this.#waitingLanes.delete(lane);
    }
  }

  /** Takes the body of a `streamAnswer`. */
  receive(id: number, body: Buffer): void {
    const call = this.#underWay.get(id);
    assert(call !== undefined, `the store answered call ${id}, which is not under way`);
    this.#underWay.delete(id);
    this.#creditUsedBytes -= call.creditBytes;
    const answer = decodeAnswer(body);
    if (answer.outcome === 'failed') this.#reject(call, answer.message);
    else this.#settle(call)?.resolve(answer);
    this.#forget(call);
    for (const lane of this.#starvedLanes) if (!this.#pump(lane)) break;
  }

  /** Gives up all calls. */
  close(): void {
    const lanes = [...this.#underWay.values()].map(({ lane }) => lane);
    for (const lane of new Set([...lanes, ...this.#waitingLanes])) this.drop(lane, 'the worker ends');
  }

  #add(call: HeldCall): void {
    const { lane } = call;
    lane.waiting.push(call);
    this.#waitingLanes.add(lane);
    if (call.creditBytes > 0 && this.#starvedLanes.size > 0) this.#starvedLanes.add(lane);
    else this.#pump(lane);
  }

  /** Sends what it may of a lane. False: there is no credit for the next call. */
  #pump(lane: Lane): boolean {
    while (this.#link.isConnected && !lane.isHeld) {
      const call = lane.waiting[0];
      if (call === undefined) break;
      if (!this.#hasCredit(call)) {
        this.#starvedLanes.add(lane);
        return false;
      }
      lane.waiting.shift();
      this.#send(call);
    }
    this.#starvedLanes.delete(lane);
    if (lane.waiting.length === 0) this.#waitingLanes.delete(lane);
    return true;
  }

  /** One counted call is always under way, however large it is. */
  #hasCredit({ creditBytes }: HeldCall): boolean {
    return (
      creditBytes === 0 || this.#creditUsedBytes === 0 || this.#creditUsedBytes + creditBytes <= CREDIT_BYTES
    );
  }

  #send(call: HeldCall): void {
    this.#link.send(FRAME.streamCall, call.id, encodeCall(call));
    if (call.answer === undefined) return;
    this.#creditUsedBytes += call.creditBytes;
    this.#underWay.set(call.id, call);
  }

  /** Its time is over. What was sent keeps its credit until the store has answered. */
  #abandon(call: HeldCall): void {
    this.#reject(call, `it did not answer within ${this.#timeoutMs / 1000} s`);
    if (this.#underWay.has(call.id)) return;
    call.lane.waiting = call.lane.waiting.filter((other) => other !== call);
    this.#forget(call);
    this.#pump(call.lane);
  }

  #reject(call: HeldCall, message: string): void {
    this.#settle(call)?.reject(new StreamServiceError(message));
  }

  #settle(call: HeldCall): PromiseWithResolvers<StreamAnswer> | undefined {
    const { answer } = call;
    clearTimeout(call.timer);
    call.answer = undefined;
    return answer;
  }

  #forget(call: HeldCall): void {
    // What has no answer was never counted.
    if (call.id === 0) return;
    this.#heldCalls -= 1;
    this.#heldBytes -= call.argument.length;
  }
}

function countCredit({ method, argument }: StreamCall): number {
  if (WITHOUT_CREDIT.includes(method)) return 0;
  return method === 'readPage' ? PAGE_BYTES : Math.max(argument.length, 1);
}
