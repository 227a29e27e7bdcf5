/** A session that has a device's place, or wants it. */
export interface PlaceHolder {
  readonly deviceId: string;
  readonly isClosed: boolean;
  /** Resolves to false only when the session is closed. */
  probe(): Promise<boolean>;
}

/** One place for each forwarder: the first connection has it until it ends. */
export class ForwarderPlaces<Holder extends PlaceHolder = PlaceHolder> {
  readonly #holders = new Map<string, Holder>();

  find(deviceId: string): Holder | undefined {
    return this.#holders.get(deviceId);
  }

  /** Asks the session that has the place whether it is there. */
  async isTaken(deviceId: string): Promise<boolean> {
    return (await this.#holders.get(deviceId)?.probe()) ?? false;
  }

  /** False where another has the place, or where the session was closed meanwhile. */
  async take(holder: Holder): Promise<boolean> {
    while (!holder.isClosed) {
      const present = this.#holders.get(holder.deviceId);
      if (present === undefined) {
        this.#holders.set(holder.deviceId, holder);
        return true;
      }
      if (await present.probe()) return false;
    }
    return false;
  }

  leave(holder: Holder): void {
    if (this.#holders.get(holder.deviceId) === holder) this.#holders.delete(holder.deviceId);
  }
}
