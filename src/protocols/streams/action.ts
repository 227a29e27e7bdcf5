import type { ForwarderGreeting, RequestAnswer } from '../../link/streams.ts';
import type { Cursor, ReadEvent, StreamName } from './messages.ts';

/** What a session wants done, in this order. */
export type Action =
  | { readonly do: 'send'; readonly text: string }
  | { readonly do: 'ping' }
  /** Send a Close frame. The session has ended. */
  | { readonly do: 'close'; readonly code: number; readonly reason: string }
  /** Drop the connection: nobody is there. The session has ended. */
  | { readonly do: 'cut' }
  /** Tell the operator. */
  | { readonly do: 'tell'; readonly reason: Complaint; readonly message: string }
  | { readonly do: 'authenticate'; readonly tokenHash: Uint8Array }
  | StoreAction;

/** What the store is asked; each that has an answer, the session is told it. */
export type StoreAction =
  | { readonly do: 'open-forwarder'; readonly greeting: ForwarderGreeting }
  | { readonly do: 'greet-again'; readonly greeting: ForwarderGreeting }
  | { readonly do: 'append'; readonly events: readonly ReadEvent[] }
  | { readonly do: 'confirm-alive' }
  | { readonly do: 'answer-request'; readonly answer: RequestAnswer }
  | { readonly do: 'close-forwarder' }
  | { readonly do: 'open-receiver'; readonly deviceId: string; readonly cursors: readonly Cursor[] }
  | { readonly do: 'subscribe'; readonly streams: readonly StreamName[] }
  /** Once everything before is written to the socket. */
  | { readonly do: 'read-page' }
  | { readonly do: 'acknowledge'; readonly cursors: readonly Cursor[] }
  | { readonly do: 'close-receiver' };

/** Why the operator is told of a client. */
export type Complaint =
  | 'refused'
  | 'unexpected_kind'
  | 'nul_replaced'
  | 'integrity_conflict'
  | 'store_failed'
  | 'silent';

/** Close codes of WebSocket, with what they mean here. */
export const CLOSE_CODES = {
  /** The server stops. */
  goingAway: 1001,
  /** The client did what it must not, and was told so in an `error` message. */
  refused: 1008,
  /** The store could not do its part. */
  failed: 1011,
  /** The worker hands over: connect again, at once if you like. */
  restart: 1012,
} as const;
