/**
 * `npm start`: installs, builds, and serves the example app in dev mode, from a fresh clone with
 * nothing but Node and Python. Options for the server go after `--`: npm start -- --bind :8080
 */

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fail, installPackages, root } from '../setup/install.mjs';

requirePython();
installPackages();
build();
serve(process.argv.slice(2));

/** The server finds and checks the interpreter itself; this only spares an install that is in vain. */
function requirePython() {
  const found = ['python3', 'python'].some((name) => spawnSync(name, ['--version']).status === 0);
  if (!found && !process.argv.includes('--python')) {
    fail('No Python found: install Python 3.9 or newer (Debian: apt-get install python3).');
  }
}

function build() {
  const { status } = spawnSync(process.execPath, ['build.mjs'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) fail('The build failed.');
}

/** @param {string[]} options */
function serve(options) {
  const server = spawn(
    process.execPath,
    [join(root, 'dist/server.js'), '--dev', ...options, 'wsgi:application'],
    { cwd: join(root, 'test/apps/example'), stdio: ['inherit', 'pipe', 'inherit'] },
  );
  // Ctrl-C reaches the server too, as it is in the same process group: it is the one that ends first.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => server.kill('SIGTERM'));
  server.on('close', (code) => process.exit(code ?? 1));
  openWhatItPrints(server.stdout);
}

/**
 * The server prints `App: URL` and `Panel: URL` when it answers.
 * @param {import('node:stream').Readable} stdout
 */
function openWhatItPrints(stdout) {
  let text = '';
  stdout.on('data', (data) => {
    process.stdout.write(data);
    text += data;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) openInBrowser(/^(?:App|Panel):\s+(http\S+)/.exec(line)?.[1]);
  });
}

/** Only where there is a display, and never a reason to fail. */
function openInBrowser(/** @type {string | undefined} */ url) {
  const { DISPLAY, WAYLAND_DISPLAY, CI } = process.env;
  const onMac = process.platform === 'darwin';
  if (!url || CI || !(onMac || DISPLAY || WAYLAND_DISPLAY)) return;
  const opener = spawn(onMac ? 'open' : 'xdg-open', [url], { stdio: 'ignore', detached: true });
  opener.on('error', () => {});
  opener.unref();
}
