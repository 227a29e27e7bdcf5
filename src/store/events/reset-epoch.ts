import type { EpochCommand, EventStore } from './event-store.ts';
import { ForwarderNotConnectedError, StreamUnknownError } from './event-store-error.ts';

/**
 * Chooses the epoch that a stream's forwarder shall begin, for the caller to send. Only where somebody is there to
 * obey: a number is not spent on a forwarder that is away.
 */
export async function resetEpoch(
  store: Pick<EventStore, 'readStream' | 'commandEpoch'>,
  streamId: string,
  isConnected: (forwarderId: string) => boolean,
): Promise<EpochCommand> {
  const stream = await store.readStream(streamId);
  if (stream === undefined) throw unknown(streamId);
  if (!isConnected(stream.forwarderId)) {
    throw new ForwarderNotConnectedError(
      `the forwarder ${stream.forwarderId} is not connected; try again when it is`,
    );
  }
  const command = await store.commandEpoch(streamId);
  if (command === undefined) throw unknown(streamId);
  return command;
}

function unknown(streamId: string): StreamUnknownError {
  return new StreamUnknownError(`there is no stream ${streamId}`);
}
