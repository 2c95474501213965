/** A server with one app of a few pages, and its workers under a debugger. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { WorkerEvent } from '../../server/stream/protocol.ts';
import { type AttachOptions, attachDebugger, type DebugClient } from './debugAdapter.ts';
import { tempFolder, writeFiles } from './folders.ts';
import { type RunningServer, type ServerOptions, startServer } from './server.ts';
import type { StreamClient } from './stream.ts';

/** `/` stops at a breakpoint on "stop here", other pages do not; `/long` takes a second. */
const APP = `
import os, time

def answer():
    text = "version 1"  # stop here
    return text

def application(environ, start_response):
    path = environ["PATH_INFO"]
    body = answer() if path == "/" else "quick"
    if path == "/long":
        time.sleep(1)
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Worker", str(os.getpid()))])
    return [body.encode()]
`;

export interface Debugged {
  server: RunningServer;
  stream: StreamClient;
  cwd: string;
  /** Attaches to a worker, with a breakpoint at "stop here". */
  attach(worker: number, options?: AttachOptions): Promise<DebugClient>;
  /** The worker's event, past or to come. */
  worker(matches: (event: WorkerEvent) => boolean): Promise<WorkerEvent>;
  /** Writes the app anew, with another version, and tells the server. */
  save(version: number): Promise<void>;
}

export async function startDebugged(
  t: TestContext,
  options: Partial<ServerOptions> = {},
): Promise<Debugged> {
  const { cwd = tempFolder(t) } = options;
  writeFiles(cwd, { 'wsgi.py': APP });
  const server = await startServer(t, { app: 'wsgi', ...options, cwd });
  const stream = await server.stream();
  const worker = (matches: (event: WorkerEvent) => boolean) => stream.event('worker', matches, 20);
  return {
    server,
    stream,
    cwd,
    worker,
    attach: async (slot, more) => {
      await worker((event) => event.worker === slot && event.state === 'ready');
      const adapter = await stream.command('debug_worker', { worker: slot });
      return attachDebugger(adapter, stopHere(cwd), more);
    },
    save: async (version) => {
      writeFiles(cwd, { 'wsgi.py': APP.replace('version 1', `version ${version}`) });
      await stream.command('saved', { files: [join(cwd, 'wsgi.py')] });
    },
  };
}

/** The lines marked so, of a file that says where. */
export function stopHere(cwd: string, name = 'wsgi.py') {
  const path = join(cwd, name);
  const lines = readFileSync(path, 'utf8').split('\n');
  const marked = lines.flatMap((line, index) => (line.includes('stop here') ? [index + 1] : []));
  return { path, lines: marked };
}
