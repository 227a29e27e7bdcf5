import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';

/** The bytes of a file, or why there are none. */
export function readFileOrProblem(file: string, code: ProblemCode): Buffer | Problem {
  try {
    return readFileSync(file);
  } catch (error) {
    return { code, severity: 'error', file, ...describeReadError(file, error as NodeJS.ErrnoException) };
  }
}

export function describeReadError(
  file: string,
  error: NodeJS.ErrnoException,
): { message: string; hint: string } {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { message: `${file} does not exist`, hint: 'check the path, or make the file' };
    case 'EACCES':
    case 'EPERM':
      return {
        message: `${file} cannot be read: permission denied`,
        hint: `let the user "${userInfo().username}" read it`,
      };
    case 'EISDIR':
      return { message: `${file} is a folder`, hint: 'give the path of a file' };
    default:
      return { message: `${file} cannot be read: ${error.message}`, hint: 'check the path' };
  }
}
