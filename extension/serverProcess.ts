/**
 * The server as a child process: started with the editor's own Node, ready when its info file
 * appears, ended gracefully. The IPC channel does nothing but close with the editor, which ends it.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerInfo } from '../server/stream/serverInfo.ts';
import { createEmitter, type Event } from './emitter.ts';
import { serverEnviron } from './environ.ts';
import { l10n } from './l10n.ts';
import { parseLogLine } from './logLine.ts';

export interface ServerOptions {
  /** The app hook, `module:application`. */
  app: string;
  /** The folder it is imported from. */
  root: string;
  python: string;
  /** Who named it; for a person. */
  pythonSource?: string;
  port: number;
  /** Undefined: the server's own default. */
  workers?: number;
  threads?: number;
  /** Names that it answers to, besides local ones. */
  allowedHosts?: string;
  /** Further command-line options, as the user wrote them. */
  args: string[];
  env: Record<string, string | null>;
}

export interface ServerProcess {
  readonly info: ServerInfo;
  /** What to say when it ended by itself; undefined after {@link stop}. */
  readonly onExit: Event<string | undefined>;
  stop(): Promise<void>;
}

/** Stopped by the user before it was ready: nothing to tell. */
export class Cancelled extends Error {}

const POLL = 25;
/** How long the last lines may take from the end of the process on. */
const LAST_LINES = 250;

export interface Program {
  /** `dist/server.js`. */
  script: string;
  /** Where it keeps what it knows over a restart; undefined: nowhere. */
  history?: string | undefined;
}

/**
 * @param onLine each line the server writes
 * @throws when it exits before it is ready, with the line that says why
 */
export async function startServerProcess(
  { script, history }: Program,
  options: ServerOptions,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'prefork-'));
  const infoFile = join(folder, 'info.json');
  const child = spawnServer([script, ...serverArguments(options, infoFile, history)], options);
  const ended = endOf(child, onLine).finally(() => rm(folder, { recursive: true, force: true }));
  const exits = createEmitter<string | undefined>();
  let stopping = false;
  void ended.then((reason) => exits.fire(stopping ? undefined : reason));
  const stop = () => {
    stopping = true;
    return end(child, ended);
  };
  signal.addEventListener('abort', () => void stop(), { once: true });
  const info = await Promise.race([readInfo(infoFile, child), ended]);
  if (typeof info === 'string') throw signal.aborted ? new Cancelled() : new Error(info);
  return { info, onExit: exits.event, stop };
}

function spawnServer(argv: string[], options: ServerOptions): ChildProcess {
  return spawn(process.execPath, argv, {
    cwd: options.root,
    env: serverEnviron(process.env, options.env),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** The command line that `options` stand for; the user's own arguments come last and win. */
export function serverArguments(
  options: ServerOptions,
  infoFile: string,
  history?: string,
): string[] {
  const flags: [string, string | number | undefined][] = [
    ['--info-file', infoFile],
    ['--history', history],
    ['--bind', `127.0.0.1:${options.port}`],
    ['--python', options.python],
    ['--workers', options.workers],
    ['--threads', options.threads],
    ['--allowed-hosts', options.allowedHosts],
  ];
  const given = flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, `${value}`]));
  return ['--dev', ...given, ...options.args, options.app];
}

/** Resolves when the process has ended, with its last error line, or else its last line. */
function endOf(child: ChildProcess, onLine: (line: string) => void): Promise<string> {
  let lastLine = '';
  let lastError = '';
  const hear = (line: string) => {
    onLine(line);
    const { level, message } = parseLogLine(line);
    if (message.trim()) lastLine = message.trim();
    if (level === 'error') lastError = lastLine;
  };
  for (const output of [child.stdout, child.stderr]) {
    if (output) createInterface({ input: output }).on('line', hear);
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // Not 'close' alone: a worker's debug adapter may hold the pipes open for longer.
    child.once('exit', (code, signal) => {
      const told = () => lastError || lastLine || ending(code, signal);
      child.once('close', () => resolve(told()));
      setTimeout(() => resolve(told()), LAST_LINES);
    });
  });
}

const ending = (code: number | null, signal: string | null) =>
  signal ? l10n.t('It ended ({0}).', signal) : l10n.t('It ended (exit code {0}).', code ?? '?');

async function readInfo(file: string, child: ChildProcess): Promise<ServerInfo> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text) return JSON.parse(text) as ServerInfo;
    await delay(POLL, undefined, { ref: false });
    // Its end is what the caller hears of instead.
    if (child.exitCode !== null || child.signalCode !== null) return new Promise(() => {});
  }
}

/** What ends the server, and how long it may take before the next: graceful, quick, for certain. */
const ENDINGS: [NodeJS.Signals, number][] = [
  ['SIGTERM', 2000],
  ['SIGINT', 3000],
  ['SIGKILL', 5000],
];

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  for (const [signal, patience] of ENDINGS) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    child.kill(signal);
    await Promise.race([ended, delay(patience, undefined, { ref: false })]);
  }
  await ended;
}
