/** Gunicorn's exit codes for a start that cannot be. */
export const CONFIG_ERROR = 1;
export const USAGE_ERROR = 2;

/** Bad input: what, where and what to do, in one line. `exitCode` is for the whole process. */
export class SettingsError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = CONFIG_ERROR) {
    super(message);
    this.name = 'SettingsError';
    this.exitCode = exitCode;
  }
}
