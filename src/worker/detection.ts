import type { Socket } from 'node:net';
import { DETECTION_BYTES_MAX, type Protocol } from '../protocols/protocol.ts';

/** Why a connection ends before any protocol has it. */
export type DetectionFault =
  /** The client went away without a word. */
  | 'closed'
  /** Nothing, or too little, within the time. */
  | 'timeout'
  | 'unknown_protocol';

/**
 * Finds the protocol by the first bytes, which are put back afterwards, and leaves the socket paused. At
 * most `DETECTION_BYTES_MAX` bytes are looked at.
 */
export async function detectProtocol(
  socket: Socket,
  protocols: readonly Protocol[],
  timeout: AbortSignal,
): Promise<Protocol | DetectionFault> {
  let head: Buffer = Buffer.alloc(0);
  for (;;) {
    const chunk = await readChunk(socket, timeout);
    if (typeof chunk === 'string') return chunk;
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const seen = head.subarray(0, DETECTION_BYTES_MAX);
    const verdicts = protocols.map((protocol) => protocol.detect(seen));
    const match = verdicts.indexOf('match');
    if (match >= 0 || !verdicts.includes('more') || head.length >= DETECTION_BYTES_MAX) {
      socket.unshift(head);
      return protocols[match] ?? 'unknown_protocol';
    }
  }
}

/** The next bytes of a paused socket, which is paused again afterwards. */
async function readChunk(socket: Socket, timeout: AbortSignal): Promise<Buffer | 'closed' | 'timeout'> {
  if (timeout.aborted) return 'timeout';
  if (socket.destroyed || socket.readableEnded) return 'closed';
  const { promise, resolve } = Promise.withResolvers<Buffer | 'closed' | 'timeout'>();
  const onData = (chunk: Buffer) => {
    socket.pause();
    resolve(chunk);
  };
  const onEnd = () => resolve('closed');
  const onTimeout = () => resolve('timeout');
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('close', onEnd);
  timeout.addEventListener('abort', onTimeout);
  socket.resume();
  const result = await promise;
  socket.off('data', onData);
  socket.off('end', onEnd);
  socket.off('close', onEnd);
  timeout.removeEventListener('abort', onTimeout);
  return result;
}
