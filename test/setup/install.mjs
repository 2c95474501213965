/**
 * node_modules, as the lockfile says. Plain JavaScript for the Node that the user has: `npm start`
 * and `npm test` in a fresh clone begin here.
 */

import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Runs the TypeScript of the tests as it is; the server itself runs on older ones too. */
export const testNode = join(root, 'node_modules/.bin/node');

const OLDEST = [20, 19];

/** Installs when node_modules is missing or older than the lockfile. Ends the process on failure. */
export function installPackages() {
  requireNode();
  const installed = modified('node_modules/.package-lock.json');
  if (installed >= modified('package-lock.json')) return;
  console.log('Installing the packages of package-lock.json …');
  // Install scripts are for what only tests and packaging need (Node 24, keytar): see installTestNode.
  npm(['ci', '--ignore-scripts']);
}

/** The `node` package downloads its binary in an install script. */
export function installTestNode() {
  const probe = spawnSync(testNode, ['--version'], { encoding: 'utf8' });
  if (probe.status === 0 && probe.stdout.startsWith('v24.')) return;
  console.log('Installing Node 24 for the tests …');
  npm(['rebuild', 'node']);
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(`Node ${process.versions.node} is too old: Prefork needs ${OLDEST.join('.')} or newer.`);
}

/** @param {string[]} args */
function npm(args) {
  const { status, error } = spawnSync(
    'npm',
    [...args, '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (status !== 0) fail(`npm ${args.join(' ')} failed${error ? `: ${error.message}` : ''}.`);
}

/**
 * Milliseconds since the epoch; 0 when it is not there.
 * @param {string} path
 */
function modified(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * @param {string} message
 * @returns {never}
 */
export function fail(message) {
  console.error(message);
  process.exit(1);
}
