/** The folder that the daemon has to work in cannot be entered. */
export class WorkingFolderError extends Error {
  readonly code = 'ERR_WORKING_FOLDER';
  readonly exitCode = 78;
}

/** For the supervisor; its children follow. Paths of the configuration are absolute by then. */
export function enterWorkingFolder(path: string): void {
  if (path === '') return;
  try {
    process.chdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new WorkingFolderError(`cannot work in ${path} (${code}); make it, or change daemon.working_dir`, {
      cause: error,
    });
  }
}
