/** What is imported ahead: learned by one start, trusted by the next, seen by whoever asks. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { serverBundle, systemNode, venvPython } from '../support/paths.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

/** Answers whether bottle was there before the app asked for it. */
const APP = `\
import sys
AHEAD = "bottle" in sys.modules
import bottle

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"ahead: {AHEAD}".encode()]
`;

const PATCHING = `import time\ntime.sleep = lambda seconds: None\n${APP}`;

const READING = 'import os\nCOLOUR = os.environ.get("COLOUR", "none")\n';

const answer = async (server: RunningServer) => (await send(server.url)).body;

async function preloaded(server: RunningServer, module: string): Promise<void> {
  const stream = await server.stream();
  await waitFor(`${module} to be preloaded`, async () => {
    const { modules } = await stream.command('preload', {});
    return modules.some((entry) => entry.module === module);
  });
}

function printed(cwd: string, cache: string): string {
  const args = [serverBundle, '--print-preload', '--python', venvPython, 'app'];
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  return execFileSync(systemNode(), args, { cwd, env, encoding: 'utf8' });
}

test('the second start has what the first one learned, before it imports the app', async (t) => {
  const [cwd, cache] = [tempFolder(t), tempFolder(t)];
  writeFiles(cwd, { 'app.py': APP });
  const options = { app: 'app', cwd, env: { XDG_CACHE_HOME: cache } };
  assert.match(printed(cwd, cache), /^Nothing is known yet/);

  const first = await startServer(t, options);
  assert.equal(await answer(first), 'ahead: False');
  await preloaded(first, 'bottle');
  const stream = await first.stream();
  await stream.command('reload', {});
  assert.equal(await answer(first), 'ahead: True');
  await first.stop();
  assert.match(printed(cwd, cache), /^Preloaded: \d+ modules in [\d.]+ ms$/m);
  assert.match(printed(cwd, cache), /\d ms {2}bottle$/m);

  const second = await startServer(t, options);
  assert.equal(await answer(second), 'ahead: True');
});

test('a damaged list is as good as none, and replaced', async (t) => {
  const [cwd, cache] = [tempFolder(t), tempFolder(t)];
  writeFiles(cwd, { 'app.py': APP });
  const options = { app: 'app', cwd, env: { XDG_CACHE_HOME: cache } };
  const [file = ''] = printed(cwd, cache).match(/\/\S+\.json/) ?? [];
  writeFiles(cache, { [file.slice(cache.length)]: '{"format": "1' });
  const server = await startServer(t, options);
  assert.equal(await answer(server), 'ahead: False');
  await preloaded(server, 'bottle');
  assert.match(printed(cwd, cache), / ms {2}bottle$/m);
});

test('an app that begins to patch the standard library gets a zygote that has imported nothing', async (t) => {
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'app.py': APP });
  const server = await startServer(t, { app: 'app', cwd });
  const stream = await server.stream();
  await preloaded(server, 'bottle');
  writeFileSync(join(cwd, 'app.py'), PATCHING);
  await waitFor('an answer without bottle ahead', async () => {
    const { off } = await stream.command('preload', {});
    return off !== null && (await answer(server)) === 'ahead: False';
  });
  const { off, modules } = await stream.command('preload', {});
  assert.match(off ?? '', /patches the standard library/);
  assert.deepEqual(modules, []);
});

test('a library that reads a variable which the app sets first is left to the app', async (t) => {
  const [cwd, library] = [tempFolder(t), tempFolder(t)];
  const env = { PYTHONUSERBASE: library };
  const site = execFileSync(venvPython, ['-c', 'import site; print(site.getusersitepackages())'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  }).trim();
  writeFiles(site, { 'reading.py': READING });
  const sees = APP.replace('import bottle', 'import bottle, reading').replace(
    'ahead: {AHEAD}',
    "{reading.COLOUR} {'reading' in LOADED} {AHEAD}",
  );
  const app = `import os, site, sys\nLOADED = set(sys.modules)\nos.environ["COLOUR"] = "red"\n${sees}`;
  writeFiles(cwd, { 'app.py': app });
  const server = await startServer(t, { app: 'app', cwd, env, args: ['--pythonpath', site] });
  await preloaded(server, 'bottle');
  const stream = await server.stream();
  await stream.command('reload', {});
  assert.equal(await answer(server), 'red False True');
});
