/** A terminal whose window is closed takes the server with it; HUP alone reloads. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { cleanUp } from '../support/cleanup.ts';
import { tempFolder } from '../support/folders.ts';
import { serverBundle, venvPython } from '../support/paths.ts';
import { isAlive } from '../support/processes.ts';
import { waitFor } from '../support/wait.ts';

/**
 * Runs a command on a terminal of its own, which it closes at the end of stdin. What the command
 * writes goes to a file: a server that fails to write to a closed terminal would end by that alone.
 */
const TERMINAL = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    output = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.execv(sys.argv[2], sys.argv[2:])
print(pid, flush=True)
sys.stdin.read()
os._exit(0)
`;

test('a closed terminal ends the server', async (t) => {
  const { app, cwd } = await APPS.bare(t);
  const output = join(tempFolder(t), 'output');
  const options = ['--dev', '--bind', '127.0.0.1:0', '--python', venvPython, app];
  const command = [output, process.execPath, serverBundle, ...options];
  const terminal = spawn(venvPython, ['-c', TERMINAL, ...command], {
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(terminal.stdout, 'data');
  const pid = Number(String(line));
  cleanUp(t, () => {
    terminal.kill('SIGKILL');
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });
  const says = (text: string): boolean =>
    existsSync(output) && readFileSync(output, 'utf8').includes(text);
  await waitFor('the server to answer', () => says('Panel:'), { seconds: 20 });

  process.kill(pid, 'SIGHUP');
  await waitFor('a reload', () => says('Handling signal: hup'));
  assert.ok(isAlive(pid), 'HUP alone is no end');

  terminal.stdin.end();
  await waitFor('the server to end', () => !isAlive(pid));
});
