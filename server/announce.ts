/** Says that the server answers: on stdout, in the info file and in the pid file. */

import { rmSync, writeFileSync } from 'node:fs';
import type { Arbiter } from './arbiter/arbiter.ts';
import type { Log } from './log.ts';
import { type Registration, register } from './registry/registry.ts';
import type { ServeSettings } from './settings/serveSettings.ts';
import type { Hub } from './stream/hub.ts';
import { writeInfoFile } from './stream/infoFile.ts';
import type { ServerInfo } from './stream/serverInfo.ts';
import { VERSION } from './version.ts';

export interface Announcement {
  /** Removes what was written. */
  withdraw(): void;
}

/** @throws Node's error when a file cannot be written. */
export function announce(
  settings: ServeSettings,
  arbiter: Arbiter,
  hub: Hub | null,
  log: Log,
): Announcement {
  const info = describeInfo(settings, arbiter, hub);
  if (settings.dev) printAddresses(info);
  return writeFiles(settings, info, log);
}

function describeInfo(settings: ServeSettings, arbiter: Arbiter, hub: Hub | null): ServerInfo {
  return {
    pid: process.pid,
    version: VERSION,
    python: settings.interpreter.executable,
    app: settings.app,
    addresses: arbiter.addresses,
    panel: hub?.panel ?? null,
    stream: hub?.stream ?? null,
  };
}

function printAddresses(info: ServerInfo): void {
  process.stdout.write(`App:   ${info.addresses.join(', ')}\n`);
  if (info.panel) process.stdout.write(`Panel: ${info.panel}\n`);
}

function writeFiles(settings: ServeSettings, info: ServerInfo, log: Log): Announcement {
  const { pidfile, info_file } = settings;
  const registration = registerAt(settings.chdir, info, log);
  if (pidfile) writeFileSync(pidfile, `${process.pid}\n`);
  const infoFile = info_file ? writeInfoFile(info_file, info) : null;
  return {
    withdraw: () => {
      registration?.remove();
      infoFile?.remove();
      if (pidfile) rmSync(pidfile, { force: true });
    },
  };
}

/** Without it the server serves all the same: others and the terminal do not find it by themselves. */
function registerAt(root: string, info: ServerInfo, log: Log): Registration | null {
  if (!info.stream) return null;
  try {
    return register({ ...info, stream: info.stream, root });
  } catch (error) {
    log('warning', `Other tools will not find this server: ${(error as Error).message}`);
    return null;
  }
}
