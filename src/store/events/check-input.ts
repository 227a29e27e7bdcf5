import type { Cursor, EpochCursor, EventBatch, NewEvent } from './event-store.ts';
import { EventRefusedError } from './event-store-error.ts';

/** A commit takes as long as its largest call: this is a few tenths of a second. More are sent in parts. */
export const EVENTS_PER_APPEND_MAX = 20_000;
/** A reader's line has less than a hundred characters. */
const LINE_LENGTH_MAX = 64 * 1024;
/** Of identities, names and the short fields of an event. */
export const TEXT_LENGTH_MAX = 256;
const READERS_PER_FORWARDER_MAX = 1000;
export const CURSORS_MAX = 1000;

/** Throws `EventRefusedError` for what no database could hold, or what would hurt the others. */
export function checkBatches(batches: readonly EventBatch[]): void {
  const count = batches.reduce((sum, { events }) => sum + events.length, 0);
  if (count > EVENTS_PER_APPEND_MAX) {
    throw new EventRefusedError(
      `${count} events are too many for one commit; send at most ${EVENTS_PER_APPEND_MAX} at once`,
    );
  }
  for (const batch of batches) checkBatch(batch);
}

function checkBatch(batch: EventBatch): void {
  checkText('the forwarder id', batch.forwarderId);
  checkOptionalText('the display name', batch.displayName);
  for (let index = 0; index < batch.events.length; index += 1) {
    checkEvent(batch.events[index] as NewEvent, index);
  }
}

export function checkCursors(cursors: readonly Cursor[]): void {
  checkEpochCursors(cursors);
  for (const { forwarderId, readerIp } of cursors) {
    checkText('the forwarder id of a cursor', forwarderId);
    checkText('the reader of a cursor', readerIp);
  }
}

export function checkEpochCursors(cursors: readonly EpochCursor[]): void {
  if (cursors.length > CURSORS_MAX) {
    throw new EventRefusedError(`${cursors.length} cursors are too many at once; at most ${CURSORS_MAX}`);
  }
  for (const { epoch, lastSeq } of cursors) {
    checkNumber('the epoch of a cursor', epoch);
    checkNumber('the sequence of a cursor', lastSeq);
  }
}

export function checkReaders(readerIps: readonly string[]): void {
  if (readerIps.length > READERS_PER_FORWARDER_MAX) {
    throw new EventRefusedError(
      `${readerIps.length} readers are too many for one forwarder; at most ${READERS_PER_FORWARDER_MAX}`,
    );
  }
  for (const readerIp of readerIps) checkText('a reader', readerIp);
}

function checkEvent(event: NewEvent, index: number): void {
  checkText('the reader', event.readerIp, TEXT_LENGTH_MAX, index);
  checkNumber('the epoch', event.epoch, index);
  checkNumber('the sequence', event.seq, index);
  checkText('the line', event.line, LINE_LENGTH_MAX, index);
  checkText('the read type', event.readType, TEXT_LENGTH_MAX, index);
  checkOptionalText('the reader timestamp', event.readerTimestamp, index);
  checkOptionalText('the tag', event.tagId, index);
}

/** Two texts that are not well-formed may become the same one in a database. */
export function checkText(what: string, text: string, lengthMax = TEXT_LENGTH_MAX, index?: number): void {
  if (text.length > lengthMax) {
    throw refuse(what, index, `has ${text.length} characters; at most ${lengthMax} are allowed`);
  }
  if (!text.isWellFormed()) throw refuse(what, index, 'is not well-formed Unicode');
}

export function checkOptionalText(what: string, text: string | null, index?: number): void {
  if (text !== null) checkText(what, text, TEXT_LENGTH_MAX, index);
}

function checkNumber(what: string, value: number, index?: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw refuse(what, index, `is ${value}; it must be a whole number from 0 to 2^53 - 1`);
}

function refuse(what: string, index: number | undefined, why: string): EventRefusedError {
  return new EventRefusedError(`${what}${index === undefined ? '' : ` of event ${index}`} ${why}`);
}
