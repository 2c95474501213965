/** The terminal that the server was started from, if there is one. */

import { closeSync, openSync } from 'node:fs';

/** Whether this process has a controlling terminal now: false once its window is closed. */
export function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
