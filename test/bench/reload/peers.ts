/** Who is measured: how each serves a project while it is being edited. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamEvent } from '../../../server/stream/protocol.ts';
import type { ServerInfo } from '../../../server/stream/serverInfo.ts';
import { quietly } from '../../setup/quietly.ts';
import { stamped } from '../../setup/stamp.ts';
import { makeTempFolder, removeFolder } from '../../support/folders.ts';
import { cacheFolder, serverBundle, systemNode } from '../../support/paths.ts';
import { connectStream, type StreamClient } from '../../support/stream.ts';
import { waitFor } from '../../support/wait.ts';
import { bin } from '../serving/peers.ts';
import { type Command, freePort, type Served, serve } from '../serving/served.ts';
import type { Project } from './projects.ts';

export const WORKERS = 2;

export interface Editing {
  served: Served;
  /** Tells it of a save, as an editor that knows it does; resolves when the save is in force. */
  tell?(file: string): Promise<unknown>;
  /** What its stream told so far. */
  events?(): readonly StreamEvent[];
  stop(): Promise<void>;
}

export interface Peer {
  name: string;
  /** How many processes answer. */
  processes: number;
  ours: boolean;
  serves(project: Project): boolean;
  start(project: Project, options?: StartOptions): Promise<Editing>;
}

export interface StartOptions {
  /** How often it is asked whether it answers, in ms. */
  interval?: number;
  env?: Record<string, string>;
  /** Read its stream, if it has one. */
  watched?: boolean;
}

/** Where watchfiles is: uvicorn uses it when it is there. */
const watchersFolder = join(cacheFolder, 'bench-watchers');

export async function installWatchfiles(): Promise<void> {
  const python = bin('python');
  await stamped({
    folder: 'bench-watchers',
    wanted: 'watchfiles',
    probe: (PYTHONPATH) => quietly(python, ['-c', 'import watchfiles'], { env: { PYTHONPATH } }),
    async make(folder) {
      await quietly(python, ['-m', 'pip', 'install', '-q', '--target', folder, 'watchfiles']);
    },
  });
}

/** Python's own default, which the shell of whoever runs this may have changed. */
const ENVIRONMENT = { PYTHONDONTWRITEBYTECODE: '' };

const always = (): boolean => true;
const framework = (name: string) => (project: Project) => project.framework === name;

const gunicornArgs = (port: string): string[] => [
  ...['--workers', `${WORKERS}`, '--bind', `127.0.0.1:${port}`, '--log-level', 'error'],
];

export const prefork = ours('prefork', false);
export const gunicorn = peer('gunicorn', WORKERS, always, 'gunicorn', (port, { app }) => [
  ...gunicornArgs(port),
  app,
]);

const uvicorn = peer('uvicorn --reload', 1, always, 'uvicorn', (port, { app }) => [
  ...['--interface', 'wsgi', '--reload', '--port', port, '--log-level', 'error', app],
]);

/** Those that reload, in the order in which they have their turn. */
export const RELOADERS: readonly Peer[] = [
  prefork,
  peer('gunicorn --reload', WORKERS, always, 'gunicorn', (port, { app }) => [
    ...[...gunicornArgs(port), '--reload', app],
  ]),
  peer('runserver', 1, framework('django'), 'python', (port) => [
    ...['manage.py', 'runserver', `127.0.0.1:${port}`],
  ]),
  peer('flask run --debug', 1, framework('flask'), 'flask', (port, { app }) => [
    ...['--app', app, 'run', '--debug', '--port', port],
  ]),
  uvicorn,
];

/** Measured only when named: what is told of a save, as against those that look for it. */
export const NOTIFIED: readonly Peer[] = [
  ours('prefork, told by the editor', true),
  {
    ...uvicorn,
    name: 'uvicorn --reload, watchfiles',
    start: (project, options) =>
      uvicorn.start(project, { ...options, env: { ...options?.env, PYTHONPATH: watchersFolder } }),
  },
];

type MakeArgs = (port: string, project: Project) => string[];

function peer(
  name: string,
  processes: number,
  serves: Peer['serves'],
  file: string,
  makeArgs: MakeArgs,
): Peer {
  return {
    name,
    processes,
    ours: false,
    serves,
    async start(project, options = {}) {
      const port = await freePort();
      const args = makeArgs(`${port}`, project);
      const served = await serveEdited(port, { file: bin(file), args, cwd: project.cwd }, options);
      return { served, stop: () => served.stop() };
    },
  };
}

function ours(name: string, told: boolean): Peer {
  return {
    name,
    processes: WORKERS,
    ours: true,
    serves: always,
    async start(project, options = {}) {
      const folder = makeTempFolder();
      const infoFile = join(folder, 'info.json');
      const port = await freePort();
      const command = { file: systemNode(), args: oursArgs(port, infoFile), cwd: project.cwd };
      command.args.push(project.app);
      const env = { TMPDIR: folder, XDG_CACHE_HOME: folder, ...options.env };
      const served = await serveEdited(port, command, { ...options, env });
      const stream = told || options.watched ? await streamOf(infoFile) : undefined;
      return {
        served,
        ...(stream && { events: () => stream.events }),
        ...(stream && told && { tell: (file) => stream.command('saved', { files: [file] }) }),
        async stop() {
          stream?.close();
          await served.stop();
          removeFolder(folder);
        },
      };
    },
  };
}

const oursArgs = (port: number, infoFile: string): string[] => [
  ...[serverBundle, '--dev', '--workers', `${WORKERS}`, '--bind', `127.0.0.1:${port}`],
  ...['--info-file', infoFile, '--python', bin('python'), '--log-level', 'error'],
];

const serveEdited = (
  port: number,
  command: Command,
  { env, interval }: StartOptions,
): Promise<Served> =>
  serve(port, {
    ...command,
    env: { ...ENVIRONMENT, ...env },
    ...(interval !== undefined && { interval }),
  });

/** Connected as the extension is. */
async function streamOf(infoFile: string): Promise<StreamClient> {
  const read = () => JSON.parse(readFileSync(infoFile, 'utf8')) as ServerInfo;
  return connectStream((await waitFor('the info file', read)).stream ?? '');
}
