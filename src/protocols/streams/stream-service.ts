export {
  type AppendResult,
  type Device,
  type EventPage,
  type ForwarderCommand,
  type ForwarderGreeting,
  type ForwarderListener,
  type ReceiverListener,
  type RequestAnswer,
  type StreamService,
  StreamServiceError,
} from '../../link/streams.ts';
