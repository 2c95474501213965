/** Who is measured: how each is started with the same number of workers and threads. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { quietly } from '../../setup/quietly.ts';
import { stamped } from '../../setup/stamp.ts';
import { cacheFolder, root, serverBundle, systemNode } from '../../support/paths.ts';
import { waitFor } from '../../support/wait.ts';
import { freePort, type Served, serve } from './served.ts';

export const WORKERS = 2;
const THREADS = 4;
const BACKLOG = '2048';

export interface Crew {
  workers?: number;
  threads?: number;
}

export interface Peer {
  name: string;
  /** Serves the app hook `wsgi:application` of `cwd`. */
  start(cwd: string, crew?: Crew): Promise<Served>;
}

const venv = join(cacheFolder, 'bench-venv');
/** A command of that environment. */
export const bin = (name: string): string => join(venv, 'bin', name);

const PACKAGES = ['gunicorn', 'uvicorn', 'waitress', 'granian', 'flask', 'django'];

/** A Python environment with the peers, in the cache folder. */
export async function installPeers(): Promise<void> {
  await stamped({
    folder: 'bench-venv',
    wanted: PACKAGES.join('\n'),
    probe: () => quietly(bin('python'), ['-c', `import ${PACKAGES.join(', ')}`]),
    async make(folder) {
      await quietly('python3', ['-m', 'venv', folder]);
      await quietly(bin('python'), ['-m', 'pip', 'install', '-q', ...PACKAGES]);
    },
  });
}

/** The version of each, for the report. */
export async function versions(): Promise<Record<string, string>> {
  const script = `import importlib.metadata as m, json, platform
print(json.dumps({"python": platform.python_version(), **{n: m.version(n) for n in ${JSON.stringify(PACKAGES)}}}))`;
  return JSON.parse(await quietly(bin('python'), ['-c', script]));
}

export const runPython = (cwd: string, script: string): Promise<string> =>
  quietly(bin('python'), [script], { cwd });

export const preforkPlain = prefork('prefork');
const preforkCapture = prefork('prefork, capture on', ['--capture']);
export const gthread = gunicorn('gunicorn gthread', 'gthread');
const gunicornSync = gunicorn('gunicorn sync', 'sync');

/** The first is measured against; the others are told in ratios to it. */
export const PEERS: readonly Peer[] = [
  gthread,
  preforkPlain,
  { name: 'prefork, 1 thread', start: (cwd) => preforkPlain.start(cwd, { threads: 1 }) },
  preforkCapture,
  { name: 'prefork, panel connected', start: startWatched },
  gunicornSync,
  command('uvicorn --interface wsgi', bin('uvicorn'), (port, { workers }) => [
    ...['--interface', 'wsgi', '--workers', `${workers}`, '--port', port, '--backlog', BACKLOG],
    ...['--no-access-log', '--log-level', 'error', 'wsgi:application'],
  ]),
  // One process: it gets the threads of all workers.
  command('waitress', bin('waitress-serve'), (port, { workers, threads }) => [
    ...['--listen', `127.0.0.1:${port}`, '--threads', `${workers * threads}`],
    ...['--connection-limit', '2000', '--backlog', BACKLOG, 'wsgi:application'],
  ]),
  command('granian', bin('granian'), (port, { workers, threads }) => [
    ...['--interface', 'wsgi', '--workers', `${workers}`, '--blocking-threads', `${threads}`],
    ...['--port', port, '--log-level', 'error', '--backlog', BACKLOG, 'wsgi:application'],
  ]),
];

type MakeArgs = (port: string, crew: Required<Crew>) => string[];

function command(name: string, file: string, makeArgs: MakeArgs): Peer {
  return {
    name,
    async start(cwd, crew = {}) {
      const port = await freePort();
      const args = makeArgs(`${port}`, { workers: WORKERS, threads: THREADS, ...crew });
      return serve(port, { file, args, cwd });
    },
  };
}

function gunicorn(name: string, worker: 'sync' | 'gthread'): Peer {
  return command(name, bin('gunicorn'), (port, { workers, threads }) => [
    ...['--worker-class', worker, '--bind', `127.0.0.1:${port}`, '--workers', `${workers}`],
    ...(worker === 'gthread' ? ['--threads', `${threads}`] : []),
    ...['--worker-connections', '20000', '--log-level', 'error', 'wsgi:application'],
  ]);
}

export function prefork(name: string, more: string[] = []): Peer {
  return command(name, systemNode(), (port, { workers, threads }) => [
    ...[serverBundle, '--bind', `127.0.0.1:${port}`, '--workers', `${workers}`],
    ...['--threads', `${threads}`, '--python', bin('python'), '--log-level', 'error'],
    ...[...more, 'wsgi:application'],
  ]);
}

/** With capture, and a panel that reads all it is sent. */
async function startWatched(cwd: string): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'pf-bench-'));
  const infoFile = join(folder, 'info.json');
  const args = ['--capture', '--panel', '127.0.0.1:0', '--info-file', infoFile];
  const served = await prefork('prefork', args).start(cwd);
  const read = () => JSON.parse(readFileSync(infoFile, 'utf8')) as { stream: string };
  const { stream } = await waitFor('the info file', read);
  const panel = new WebSocket(stream);
  panel.on('message', () => undefined);
  await waitFor('the panel', () => panel.readyState === WebSocket.OPEN);
  return {
    ...served,
    async stop() {
      panel.terminate();
      await served.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const benchApp = (name: 'bare' | 'flask' | 'django'): string =>
  join(root, 'test/bench/apps', name);
