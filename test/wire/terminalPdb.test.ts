/** `--breakpoint pdb`: `breakpoint()` is pdb on the terminal that the server was started on. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cleanUp } from '../support/cleanup.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { serverBundle, systemNode, venvPython } from '../support/paths.ts';
import { isAlive } from '../support/processes.ts';
import { waitFor, within } from '../support/wait.ts';

/** What is written to its stdin is typed on a terminal, on which it runs a command. */
const TERMINAL = 'import pty, sys; pty.spawn(sys.argv[1:])';

const APP = `
def application(environ, start_response):
    secret = 40 + 2
    breakpoint()
    start_response("200 OK", [])
    return [str(secret).encode()]
`;

test('breakpoint() is pdb on the terminal, and no timeout ends a worker that waits there', async (t) => {
  const cwd = tempFolder(t);
  const infoFile = join(cwd, 'info.json');
  writeFiles(cwd, { 'wsgi.py': APP });
  const options = ['--breakpoint', 'pdb', '--timeout', '1', '--workers', '2'];
  const bound = ['--bind', '127.0.0.1:0', '--info-file', infoFile, '--python', venvPython];
  const command = [systemNode(), serverBundle, ...options, ...bound, 'wsgi'];
  const terminal = spawn(venvPython, ['-c', TERMINAL, ...command], { cwd });
  let shown = '';
  terminal.stdout.on('data', (data) => (shown += data));
  await waitFor('the info file', () => existsSync(infoFile), { seconds: 20 });
  const { pid, addresses } = JSON.parse(readFileSync(infoFile, 'utf8'));
  cleanUp(t, () => {
    terminal.kill('SIGKILL');
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });

  const answer = fetch(addresses[0]).then((response) => response.text());
  await waitFor('the prompt', () => shown.includes('(Pdb)'));
  const began = performance.now();
  await waitFor('more than the timeout', () => performance.now() - began > 2500);
  terminal.stdin.write('secret\n');
  await waitFor('the value', () => /\b42\b/.test(shown.slice(shown.indexOf('(Pdb)'))));
  terminal.stdin.write('secret = 43\n');
  terminal.stdin.write('continue\n');
  assert.equal(await within(10, 'the answer', answer), '43');
  assert.doesNotMatch(shown, /WORKER TIMEOUT/);
  process.kill(pid, 'SIGTERM');
  await waitFor('the end', () => !isAlive(pid));
});
