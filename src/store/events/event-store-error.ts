/** What an event store can say no with. */
export type EventStoreErrorCode =
  | 'ERR_EVENT_REFUSED'
  | 'ERR_TOKEN_EXISTS'
  | 'ERR_STREAM_UNKNOWN'
  | 'ERR_FORWARDER_NOT_CONNECTED'
  | 'ERR_EVENT_STORE_FULL'
  | 'ERR_EVENT_STORE_BUSY'
  | 'ERR_EVENT_STORE_IO'
  | 'ERR_EVENT_STORE_CLOSED'
  | 'ERR_EVENT_STORE_DAMAGED'
  | 'ERR_EVENT_STORE_NEWER'
  | 'ERR_EVENT_STORE_OPEN';

export abstract class EventStoreError extends Error {
  abstract readonly code: EventStoreErrorCode;
  /** The same call may work later. */
  readonly retryable: boolean = false;
}

/** The data cannot be stored as it is; sending it again does not help. */
export class EventRefusedError extends EventStoreError {
  readonly code = 'ERR_EVENT_REFUSED';
}

/** There is a token with this value, or was one that is revoked. */
export class TokenExistsError extends EventStoreError {
  readonly code = 'ERR_TOKEN_EXISTS';
}

export class StreamUnknownError extends EventStoreError {
  readonly code = 'ERR_STREAM_UNKNOWN';
}

export class ForwarderNotConnectedError extends EventStoreError {
  readonly code = 'ERR_FORWARDER_NOT_CONNECTED';
  override readonly retryable = true;
}

/** No room on the disk. Nothing of the call was stored. */
export class StoreFullError extends EventStoreError {
  readonly code = 'ERR_EVENT_STORE_FULL';
  override readonly retryable = true;
}

/** More waits than may, or someone else holds the database. */
export class StoreBusyError extends EventStoreError {
  readonly code = 'ERR_EVENT_STORE_BUSY';
  override readonly retryable = true;
}

/** The disk did not do what it was told. Nothing of the call was stored. */
export class StoreIoError extends EventStoreError {
  readonly code = 'ERR_EVENT_STORE_IO';
  override readonly retryable = true;
}

/** It closes; whoever comes after it may take the call. */
export class StoreClosedError extends EventStoreError {
  readonly code = 'ERR_EVENT_STORE_CLOSED';
  override readonly retryable = true;
}

/** The file is not what was written. */
export class StoreDamagedError extends EventStoreError {
  readonly code = 'ERR_EVENT_STORE_DAMAGED';
}

/** Written by a later version of the program. */
export class StoreNewerError extends EventStoreError {
  readonly code = 'ERR_EVENT_STORE_NEWER';
}

export class StoreOpenError extends EventStoreError {
  readonly code = 'ERR_EVENT_STORE_OPEN';
}

/** Makes an error again of what came from another thread. */
export function reviveError(code: EventStoreErrorCode, message: string, cause?: unknown): EventStoreError {
  const options = { cause };
  switch (code) {
    case 'ERR_EVENT_REFUSED':
      return new EventRefusedError(message, options);
    case 'ERR_TOKEN_EXISTS':
      return new TokenExistsError(message, options);
    case 'ERR_STREAM_UNKNOWN':
      return new StreamUnknownError(message, options);
    case 'ERR_FORWARDER_NOT_CONNECTED':
      return new ForwarderNotConnectedError(message, options);
    case 'ERR_EVENT_STORE_FULL':
      return new StoreFullError(message, options);
    case 'ERR_EVENT_STORE_BUSY':
      return new StoreBusyError(message, options);
    case 'ERR_EVENT_STORE_IO':
      return new StoreIoError(message, options);
    case 'ERR_EVENT_STORE_CLOSED':
      return new StoreClosedError(message, options);
    case 'ERR_EVENT_STORE_DAMAGED':
      return new StoreDamagedError(message, options);
    case 'ERR_EVENT_STORE_NEWER':
      return new StoreNewerError(message, options);
    case 'ERR_EVENT_STORE_OPEN':
      return new StoreOpenError(message, options);
  }
}
