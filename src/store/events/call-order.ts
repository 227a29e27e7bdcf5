/** Calls one after the other, whatever became of the one before. */
export class CallOrder {
  #last: Promise<unknown> = Promise.resolve();

  run<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#last.then(call);
    this.#last = answer.catch(() => {});
    return answer;
  }
}
