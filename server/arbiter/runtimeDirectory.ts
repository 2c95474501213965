/** The runtime directory (mode 0700): the control socket, and where a new zygote takes listeners. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RuntimeDirectory {
  path: string;
  controlSocket: string;
  /** A fresh path for each zygote that is to inherit. */
  inheritSocket(): string;
  remove(): void;
}

export function createRuntimeDirectory(): RuntimeDirectory {
  const path = mkdtempSync(join(tmpdir(), 'prefork-')); // mkdtemp makes it 0700
  let inheritances = 0;
  return {
    path,
    controlSocket: join(path, 'control.sock'),
    inheritSocket: () => join(path, `inherit-${++inheritances}.sock`),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
