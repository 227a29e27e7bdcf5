/** How much of everything; the options of the campaign. */
export interface Scale {
  /** Of the random choices. */
  readonly seed: number;
  /** SIGHUPs of the burst. */
  readonly signals: number;
  /** Standing connections of `reload`, half log frames, half HTTP. */
  readonly connections: number;
  /** New connections a second of `reload`. */
  readonly visits: number;
  readonly reloads: number;
  readonly handovers: number;
  /** Broken edits. */
  readonly mistakes: number;
  readonly kills: number;
}
