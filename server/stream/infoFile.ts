/** The info file: how to reach this server. Mode 0600, for whoever can read it can connect. */

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerInfo } from './serverInfo.ts';

export interface InfoFile {
  remove(): void;
}

/** Writes it whole or not at all; throws Node's error when the folder is not there. */
export function writeInfoFile(path: string, info: ServerInfo): InfoFile {
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
  renameSync(partial, path);
  return { remove: () => rmSync(path, { force: true }) };
}
