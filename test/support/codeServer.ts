/** A real VS Code in a browser (code-server), with the extension installed from its VSIX. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { quietly } from '../setup/quietly.ts';
import { cleanUp } from './cleanup.ts';
import { makeTempFolder, removeFolder, tempFolder, writeFiles } from './folders.ts';
import { codeServerFolder, root, venvPython } from './paths.ts';
import { MARK, markedProcesses, type Process } from './processes.ts';
import { waitFor, within } from './wait.ts';

export interface CodeServer {
  /** `http://localhost:PORT`. */
  readonly url: string;
  /** Everything that it and its extensions started, itself included. */
  processes(): Process[];
  /** The folder that the servers it starts put their files in. */
  readonly temp: string;
  /** Its settings, and what its extensions keep. */
  readonly data: string;
  /** The lines of its extension hosts' logs. */
  extensionHostLog(): string[];
}

/** Quiet, and without anything that takes the focus. */
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.experimentalOnboarding': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'remote.autoForwardPorts': false,
};

export interface CodeServerOptions {
  /** Folders of further extensions, for all that the test process starts from now on. */
  extensions?: string[];
  /** Environment variables besides the tests' own. */
  env?: Record<string, string>;
  /** Folders are not trusted until the user says so. */
  restricted?: boolean;
}

/** @param settings besides {@link SETTINGS}, and the tests' own Python */
export async function startCodeServer(
  test: TestContext,
  settings: Record<string, unknown> = {},
  { extensions: others = [], env = {}, restricted = false }: CodeServerOptions = {},
): Promise<CodeServer> {
  const folder = tempFolder(test);
  const temp = join(folder, 'tmp');
  // Interpreters are a matter of the machine: VS Code does not read them from the user's settings.
  writeFiles(folder, {
    'data/User/settings.json': JSON.stringify({ ...SETTINGS, ...trust(restricted), ...settings }),
    'data/Machine/settings.json': JSON.stringify({ 'prefork.pythonPath': venvPython, ...settings }),
  });
  mkdirSync(temp);
  installed ??= installExtension();
  const extensions = await installed;
  for (const other of others) await install(other, extensions);
  const mark = randomUUID();
  const child = spawn(program(), [...places(folder, extensions), ...optionsOf(restricted)], {
    env: { ...environment(), ...env, [MARK]: mark, TMPDIR: temp },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUp(test, () => end(child, mark));
  return {
    url: await addressOf(child),
    temp,
    data: join(folder, 'data'),
    processes: () => markedProcesses(mark),
    extensionHostLog: () => linesOf(join(folder, 'data/logs'), 'remoteexthost.log'),
  };
}

/** Never asked for in a dialog: a test gives it itself. */
const trust = (restricted: boolean) => ({
  'security.workspace.trust.enabled': restricted,
  'security.workspace.trust.startupPrompt': 'never',
});

/** The lines of all files of one name, wherever they are below a folder. */
function linesOf(folder: string, name: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const logs = files.filter((file) => basename(file) === name);
  return logs.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
}

const OPTIONS = [
  ...['--auth', 'none', '--bind-addr', '127.0.0.1:0'],
  ...['--disable-telemetry', '--disable-update-check'],
  ...['--disable-getting-started-override', '--ignore-last-opened'],
];

const optionsOf = (restricted: boolean) =>
  restricted ? OPTIONS : [...OPTIONS, '--disable-workspace-trust'];

const program = () => join(codeServerFolder, 'node_modules/.bin/code-server');

const places = (folder: string, extensions: string) => [
  ...['--config', join(folder, 'config.yaml')],
  ...['--user-data-dir', join(folder, 'data')],
  ...['--extensions-dir', extensions],
];

let installed: Promise<string> | undefined;

/**
 * Once a test process, from a VSIX packed as it is built now, so that what the VSIX leaves out is
 * missed.
 * @returns the extensions' folder
 */
async function installExtension(): Promise<string> {
  const folder = makeTempFolder();
  process.once('exit', () => removeFolder(folder));
  const extensions = join(folder, 'extensions');
  await install(root, extensions);
  return extensions;
}

/** Packs the extension of a folder, and installs it. */
async function install(source: string, extensions: string): Promise<void> {
  const folder = makeTempFolder();
  const vsix = join(folder, 'extension.vsix');
  const vsce = join(root, 'node_modules/.bin/vsce');
  const options = [
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--skip-license',
  ];
  await quietly(vsce, ['package', ...options, '--out', vsix], { cwd: source });
  await quietly(program(), [...places(folder, extensions), '--install-extension', vsix], {
    env: environment(),
  });
  removeFolder(folder);
}

/** code-server brings its own Node, which has to be the first on PATH. */
function environment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|NODE_OPTIONS|PYTHONDONTWRITEBYTECODE)/.test(name),
  );
  const path = `${join(codeServerFolder, 'node_modules/.bin')}:${process.env['PATH']}`;
  return { ...Object.fromEntries(kept), PATH: path, VSCODE_IPC_HOOK_CLI: '' };
}

/** `localhost`: its cookies and its service worker need a name. */
async function addressOf(child: ChildProcess): Promise<string> {
  let said = '';
  for (const output of [child.stdout, child.stderr]) output?.on('data', (data) => (said += data));
  const found = await waitFor(
    'code-server to listen',
    () => {
      if (child.exitCode !== null) throw new Error(`code-server ended: ${said}`);
      const port = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      return said.includes('Session server listening') && port;
    },
    { seconds: 60 },
  );
  return `http://localhost:${found}`;
}

async function end(child: ChildProcess, mark: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode !== null || !child.kill('SIGTERM')) return;
  await within(20, 'code-server to end', ended);
  // Its extension host may outlive it for a moment, waiting for a window to come back.
  for (const { pid } of markedProcesses(mark)) killIfThere(pid);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended meanwhile
  }
}
