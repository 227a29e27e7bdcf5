import { StreamServiceError } from '../../link/streams.ts';
import { EventStoreError } from './event-store-error.ts';

/** What the database refuses, in the words of the sessions. Anything else is a mistake of ours. */
export async function askStore<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof EventStoreError)) throw error;
    throw new StreamServiceError(error.message, error);
  }
}
