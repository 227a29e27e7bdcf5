/** Why a message is refused. The framing is intact: the next frame may be good. */
export type MessageFault =
  /** More segments than any writer makes of a log message. */
  | 'segment_count'
  /** The packed data ends early: in the middle of a word, or before the end of the last segment. */
  | 'truncated'
  /** There is more data than the segments hold. */
  | 'overlong'
  /** A pointer leads out of its segment, or to a segment that is not there. */
  | 'out_of_bounds'
  /** A pointer of a kind that does not belong there. */
  | 'bad_pointer'
  | 'text_not_terminated'
  /** Few bytes on the wire stand for far too many in memory. */
  | 'amplification';

/** Why the rest of a connection cannot be read: nobody knows where the next frame begins. */
export type LengthFault = 'length_zero' | 'length_too_large';

export type FrameFault = MessageFault | LengthFault;
