/**
 * Runs steps that can be taken back. Each step names, before it begins, what takes it back; when one fails, all of that
 * is done in the opposite order. An undo that fails does not keep the others from it; the error of the step is
 * what is thrown, with those of the undos in `AggregateError` where there are any. With `mayUndo` returning false nothing is taken
 * back, because somebody else is clearing up.
 */
export async function undoOnFailure(
  run: (undo: (step: () => unknown) => void) => Promise<void>,
  mayUndo: () => boolean = () => true,
): Promise<void> {
  const undos: (() => unknown)[] = [];
  try {
    await run((step) => undos.push(step));
  } catch (error) {
    const failures: unknown[] = [];
    for (const undo of undos.reverse()) {
      if (!mayUndo()) break;
      try {
        await undo();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length === 0) throw error;
    throw new AggregateError(
      [error, ...failures],
      `${(error as Error).message}; and it could not be taken back: ${(failures[0] as Error).message}`,
    );
  }
}
