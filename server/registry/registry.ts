/** The servers of this user that run on this machine: each that has a stream says how to reach it. */

import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Environ, replaceFile } from '../cache.ts';
import type { ServerInfo } from '../stream/serverInfo.ts';
import { makePrivate, registryFolder, registryFolders } from './folder.ts';
import { isRunning, markOf, type ProcessMark } from './process.ts';

export interface RegisteredServer extends ServerInfo, ProcessMark {
  stream: string;
  /** The folder that the app hook is imported from. */
  root: string;
}

export interface Registration {
  remove(): void;
}

/** Where a server is registered; removed by the zygote if the arbiter cannot. */
export function registrationFile(pid: number, environ: Environ = process.env): string {
  return join(registryFolder(environ), `${pid}.json`);
}

/** @throws Error when the folder cannot be used. */
export function register(
  info: ServerInfo & { stream: string; root: string },
  environ: Environ = process.env,
): Registration {
  const file = registrationFile(info.pid, environ);
  const server: RegisteredServer = { ...info, ...markOf(info.pid) };
  write(file, `${JSON.stringify(server, null, 2)}\n`);
  return { remove: () => forget(file) };
}

/** Those that run, the oldest first. What others left behind is removed. */
export function registeredServers(environ: Environ = process.env): RegisteredServer[] {
  return registryFolders(environ).flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^\d+\.json$/.test(name))
      .flatMap((name) => read(join(folder, name)) ?? [])
      .sort((a, b) => Number(a.start) - Number(b.start) || a.pid - b.pid),
  );
}

/** Again if another server that ends removes the empty folder in between. */
function write(file: string, text: string, tries = 3): void {
  makePrivate(dirname(file));
  try {
    replaceFile(file, text);
  } catch (error) {
    if (tries === 0 || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    write(file, text, tries - 1);
  }
}

function read(file: string): RegisteredServer | null {
  try {
    const server = JSON.parse(readFileSync(file, 'utf8')) as RegisteredServer;
    if (isRunning(server)) return server;
    forget(file);
  } catch {
    // It went meanwhile, or is no description of a server.
  }
  return null;
}

function forget(file: string): void {
  rmSync(file, { force: true });
  try {
    rmdirSync(dirname(file));
  } catch {
    // Others are in it.
  }
}
