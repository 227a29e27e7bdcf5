import type { Device, EventPage } from '../../link/streams.ts';
import type { Action } from './action.ts';
import { encodeReceiverEventBatch } from './encode.ts';
import { MessageError } from './message-error.ts';
import type { Message } from './messages.ts';
import { Session } from './session.ts';

/**
 * A receiver's connection: it says which streams it wants, gets their events, and acknowledges them. The states
 * are those of `Session`; what is with the store while `storing` is a subscription or an acknowledgement.
 *
 * Beside that it reads pages, one after the other, each when the one before is on its way: `idle` (not served yet,
 * or there was nothing more) → `reading` (a page is asked for), and `reading, more` when "there is more" came
 * meanwhile, so that an empty page is not the last word. A slow receiver is one that is asked for less often.
 */
export class ReceiverSession extends Session {
  #paging: 'idle' | 'reading' | 'reading, more' = 'idle';

  /** The answer to `open-receiver`. */
  opened(now: number): readonly Action[] {
    if (this.state !== 'opening') return [];
    this.serve(now);
    return this.moreEvents();
  }

  /** The answer to `subscribe`. */
  subscribed(): readonly Action[] {
    if (this.state !== 'storing') return [];
    this.stored();
    return this.moreEvents();
  }

  /** The answer to `acknowledge`. */
  acknowledged(): readonly Action[] {
    this.stored();
    return this.take();
  }

  /** The answer to `read-page`. */
  pageRead(page: EventPage | undefined): readonly Action[] {
    if (this.state === 'ended' || this.#paging === 'idle') return [];
    const hasMore = page !== undefined || this.#paging === 'reading, more';
    this.#paging = 'idle';
    if (page !== undefined) {
      this.act({ do: 'send', text: encodeReceiverEventBatch(this.id, page.eventsJson) });
    }
    if (hasMore) this.#readPage();
    return this.take();
  }

  /** There are events that a former page did not have. */
  moreEvents(): readonly Action[] {
    if (this.state === 'serving' || this.state === 'storing') this.#readPage();
    return this.take();
  }

  protected override check({ type }: Device): MessageError | undefined {
    if (type === 'receiver') return undefined;
    return new MessageError('INVALID_TOKEN', `the token is a ${type}'s; a receiver needs one of its own`);
  }

  protected override open(hello: Message): void {
    if (hello.kind !== 'receiver_hello') {
      throw new MessageError(
        'PROTOCOL_ERROR',
        `the first message is ${hello.kind}; it must be receiver_hello`,
      );
    }
    if (hello.receiver_id !== '' && hello.receiver_id !== this.deviceId) {
      throw new MessageError(
        'IDENTITY_MISMATCH',
        `receiver_id is ${JSON.stringify(hello.receiver_id)}, but the token is that of ${this.deviceId}`,
      );
    }
    this.act({ do: 'open-receiver', deviceId: this.deviceId, cursors: hello.resume });
  }

  protected override handle(message: Message): void {
    switch (message.kind) {
      case 'receiver_subscribe':
        this.store({ do: 'subscribe', streams: message.streams });
        return;
      case 'receiver_ack':
        this.store({ do: 'acknowledge', cursors: message.entries });
        return;
      case 'heartbeat':
        return;
      default:
        this.ignore(message);
        return;
    }
  }

  protected override release(): void {
    this.act({ do: 'close-receiver' });
  }

  #readPage(): void {
    if (this.#paging !== 'idle') {
      this.#paging = 'reading, more';
      return;
    }
    this.#paging = 'reading';
    this.act({ do: 'read-page' });
  }
}
