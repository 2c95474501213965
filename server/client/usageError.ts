/** What ends a terminal command before it has done anything: said on stderr, with the exit code. */

export const BAD_INPUT = 2;
export const FAILED = 1;

export class UsageError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = BAD_INPUT) {
    super(message);
    this.exitCode = exitCode;
  }
}
