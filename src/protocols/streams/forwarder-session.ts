import type { AppendResult, Device, ForwarderCommand, ForwarderGreeting } from '../../link/streams.ts';
import { listAckEntries } from './ack-entries.ts';
import type { Action } from './action.ts';
import {
  encodeConfigGetRequest,
  encodeConfigSetRequest,
  encodeEpochResetCommand,
  encodeForwarderAck,
  encodeRestartRequest,
} from './encode.ts';
import { SESSION_LIMITS } from './limits.ts';
import { MessageError } from './message-error.ts';
import type { ForwarderEventBatch, ForwarderHello, Kind, Message } from './messages.ts';
import { OpenRequests } from './open-requests.ts';
import { Session } from './session.ts';

/** What can stand in a URL without being encoded. */
const URL_SAFE = /^[A-Za-z0-9\-_.~]+$/;
const NUL_ESCAPE = '\\u0000';
/** The escape, and not an escaped backslash with characters behind it. */
const ESCAPED_NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/** What a forwarder answers a command with. */
const ANSWER_KINDS: Readonly<Record<ForwarderCommand['name'], Kind | undefined>> = {
  'reset-epoch': undefined,
  'get-config': 'config_get_response',
  'set-config': 'config_set_response',
  restart: 'restart_response',
};

/**
 * A forwarder's connection: it says hello, sends batches, and gets an acknowledgement for each. The states are
 * those of `Session`; what is with the store while `storing` is a part of a batch, or a further hello.
 *
 * A batch that is larger than `streams.max_batch_events` goes to the store in parts, since a forwarder that was
 * away sends all it has at once. It is acknowledged when the last part is stored.
 *
 * Commands wait while `storing`: one that arrives between a batch and its acknowledgement makes a forwarder send
 * the batch again.
 */
export class ForwarderSession extends Session {
  readonly #requests = new OpenRequests();
  #batch: ForwarderEventBatch | undefined;
  /** How many events of the batch the store has been given. */
  #batchGiven = 0;
  #commands: ForwarderCommand[] = [];

  /** The answer to `open-forwarder`: whether the device's place was free. */
  opened(hasPlace: boolean, now: number): readonly Action[] {
    if (this.state !== 'opening') return [];
    if (hasPlace) this.serve(now);
    else this.refuse('PROTOCOL_ERROR', `${this.deviceId} is connected already; the first connection stays`);
    return this.take();
  }

  /** The answer to `greet-again`. */
  greeted(): readonly Action[] {
    if (this.state !== 'storing') return [];
    this.sendHeartbeat();
    this.stored();
    return this.take();
  }

  /** The answer to `append`. */
  appended({ conflicts }: AppendResult): readonly Action[] {
    const batch = this.#batch;
    if (this.state !== 'storing' || batch === undefined) return [];
    if (conflicts > 0) {
      this.complain(
        'integrity_conflict',
        `${conflicts} events of ${this.deviceId} have the identity of a stored event and another line; the stored ones stay`,
      );
    }
    if (this.#batchGiven < batch.events.length) {
      this.#appendPart(batch);
      return this.take();
    }
    this.#batch = undefined;
    this.#acknowledge(batch);
    this.stored();
    return this.take();
  }

  /** Another connection wants this device's place. */
  probe(now: number): readonly Action[] {
    if (this.state === 'ended') return [];
    if (!this.isAlive(now)) return this.cut(`${this.deviceId} is silent, and connects anew`);
    this.act({ do: 'confirm-alive' });
    return this.take();
  }

  /** The forwarder is to do something. */
  command(command: ForwarderCommand, now: number): readonly Action[] {
    const { name, requestId } = command;
    if (this.state === 'ended') this.#answer(requestId, 'disconnected');
    else if (
      this.#commands.length >= SESSION_LIMITS.waitingCommandsMax ||
      !this.#requests.open(requestId, ANSWER_KINDS[name], now)
    ) {
      this.#answer(requestId, 'busy');
    } else if (this.state === 'serving') this.#send(command);
    else this.#commands.push(command);
    return this.take();
  }

  protected override check({ id, type, isConnected }: Device): MessageError | undefined {
    if (type !== 'forwarder') {
      return new MessageError('INVALID_TOKEN', `the token is a ${type}'s; a forwarder needs one of its own`);
    }
    if (!URL_SAFE.test(id)) {
      return new MessageError(
        'INVALID_TOKEN',
        'the name of the token\'s device has characters other than letters, digits, "-", "_", "." and "~"',
      );
    }
    if (isConnected) {
      return new MessageError('PROTOCOL_ERROR', `${id} is connected already; the first connection stays`);
    }
    return undefined;
  }

  protected override open(hello: Message): void {
    if (hello.kind !== 'forwarder_hello') {
      throw new MessageError(
        'PROTOCOL_ERROR',
        `the first message is ${hello.kind}; it must be forwarder_hello`,
      );
    }
    if (hello.forwarder_id !== '' && hello.forwarder_id !== this.deviceId) {
      throw new MessageError(
        'IDENTITY_MISMATCH',
        `forwarder_id is ${JSON.stringify(hello.forwarder_id)}, but the token is that of ${this.deviceId}`,
      );
    }
    this.act({ do: 'open-forwarder', greeting: this.#readGreeting(hello) });
  }

  protected override handle(message: Message, text: string): void {
    switch (message.kind) {
      case 'forwarder_event_batch':
        this.#append(message, text);
        return;
      case 'forwarder_hello':
        this.store({ do: 'greet-again', greeting: this.#readGreeting(message) });
        return;
      case 'config_get_response':
      case 'config_set_response':
      case 'restart_response':
        // Late ones, and those that nobody asked for, are left aside.
        if (this.#requests.close(message.request_id, message.kind)) {
          const answer = { outcome: 'answered', requestId: message.request_id, response: message } as const;
          this.act({ do: 'answer-request', answer });
        }
        return;
      case 'heartbeat':
        return;
      default:
        this.ignore(message);
        return;
    }
  }

  protected override resume(): void {
    const commands = this.#commands;
    this.#commands = [];
    for (const command of commands) this.#send(command);
  }

  protected override release(): void {
    for (const requestId of this.#requests.closeAll()) this.#answer(requestId, 'disconnected');
    this.#commands = [];
    this.#batch = undefined;
    this.act({ do: 'close-forwarder' });
  }

  protected override get nextDeadline(): number {
    return this.#requests.nextDeadline;
  }

  protected override meetDeadlines(now: number): void {
    for (const requestId of this.#requests.closeOverdue(now)) this.#answer(requestId, 'timeout');
  }

  #readGreeting({ display_name, reader_ips }: ForwarderHello): ForwarderGreeting {
    return { deviceId: this.deviceId, displayName: display_name, readerIps: reader_ips };
  }

  #append(batch: ForwarderEventBatch, text: string): void {
    if (text.includes(NUL_ESCAPE) && ESCAPED_NUL.test(text)) {
      this.complain('nul_replaced', `a batch of ${this.deviceId} has NUL characters; they are stored as "␀"`);
    }
    if (batch.events.length === 0) {
      this.#acknowledge(batch);
      return;
    }
    this.#batch = batch;
    this.#batchGiven = 0;
    this.#appendPart(batch);
  }

  #appendPart({ events }: ForwarderEventBatch): void {
    const from = this.#batchGiven;
    this.#batchGiven = Math.min(from + this.settings().max_batch_events, events.length);
    const isWhole = from === 0 && this.#batchGiven === events.length;
    this.store({ do: 'append', events: isWhole ? events : events.slice(from, this.#batchGiven) });
  }

  #acknowledge({ events }: ForwarderEventBatch): void {
    this.act({ do: 'send', text: encodeForwarderAck(this.id, listAckEntries(this.deviceId, events)) });
  }

  #send(command: ForwarderCommand): void {
    // Its time may be over by now.
    if (!this.#requests.has(command.requestId)) return;
    this.act({ do: 'send', text: this.#encode(command) });
    if (ANSWER_KINDS[command.name] !== undefined) return;
    this.#requests.close(command.requestId, undefined);
    this.#answer(command.requestId, 'sent');
  }

  #encode(command: ForwarderCommand): string {
    switch (command.name) {
      case 'reset-epoch': {
        const stream = { forwarder_id: this.deviceId, reader_ip: command.readerIp };
        return encodeEpochResetCommand(this.id, stream, command.newEpoch);
      }
      case 'get-config':
        return encodeConfigGetRequest(command.requestId);
      case 'set-config':
        return encodeConfigSetRequest(command.requestId, command.section, command.payload);
      case 'restart':
        return encodeRestartRequest(command.requestId);
    }
  }

  #answer(requestId: string, outcome: 'sent' | 'timeout' | 'busy' | 'disconnected'): void {
    this.act({ do: 'answer-request', answer: { outcome, requestId } });
  }
}
