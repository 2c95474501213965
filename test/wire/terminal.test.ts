/** A terminal whose window is closed takes the server with it; HUP alone reloads. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { cleanUp } from '../support/cleanup.ts';
import { tempFolder } from '../support/folders.ts';
import { serverBundle, venvPython } from '../support/paths.ts';
import { isAlive } from '../support/processes.ts';
import { waitFor } from '../support/wait.ts';

/** Runs a command on a terminal of its own, prints what that shows, and closes it at the end of stdin. */
const TERMINAL = `
import os, pty, sys, threading
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
print("pid", pid, flush=True)
def show():
    while True:
        try:
            print(os.read(terminal, 4096).decode(), end="", flush=True)
        except OSError:
            return
threading.Thread(target=show, daemon=True).start()
sys.stdin.read()
os._exit(0)
`;

test('a closed terminal ends the server', async (t) => {
  const { app, cwd } = await APPS.bare(t);
  const info = join(tempFolder(t), 'info.json');
  const options = [
    '--dev',
    '--bind',
    '127.0.0.1:0',
    '--info-file',
    info,
    '--python',
    venvPython,
    app,
  ];
  const command = [process.execPath, serverBundle, ...options];
  const terminal = spawn(venvPython, ['-c', TERMINAL, ...command], {
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  terminal.stdout.on('data', (data) => {
    shown += data;
  });
  cleanUp(t, () => terminal.kill('SIGKILL'));
  await waitFor('the server to answer', () => shown.includes('Panel:'), { seconds: 20 });
  const pid = Number(/^pid (\d+)/.exec(shown)?.[1]);
  assert.ok(isAlive(pid));

  process.kill(pid, 'SIGHUP');
  await waitFor('a reload', () => shown.includes('Handling signal: hup'));
  assert.ok(isAlive(pid), 'HUP alone is no end');

  terminal.stdin.end();
  await waitFor('the server to end', () => !isAlive(pid));
});
