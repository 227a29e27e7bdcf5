import { UsageError } from './usage-error.ts';

/** Throws `UsageError`. */
export function parseSeconds(flag: string, text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(seconds)) throw new UsageError(`${flag} needs a number of seconds; it got "${text}"`);
  return seconds;
}

/** Throws `UsageError`. */
export function parseWholeNumber(what: string, text: string, min: number, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max)) {
    throw new UsageError(`${what} needs a whole number from ${min} to ${max}; it got "${text}"`);
  }
  return number;
}
