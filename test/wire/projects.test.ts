/** Odd projects: the same answers as under Gunicorn, before and after reloads, with two workers. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { quietly } from '../setup/quietly.ts';
import { cleanUp } from '../support/cleanup.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { projectsVenv } from '../support/paths.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

const PYTHON = join(projectsVenv, 'bin/python');

/** Every app answers with this much of what `answer()` gives. */
const SERVING = `
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(answer()).encode()]
`;

interface Project {
  cwd: string;
  python?: string;
}

/** What Gunicorn answers; it is ended again. */
async function underGunicorn(t: TestContext, { cwd, python = PYTHON }: Project): Promise<string> {
  const args = ['-m', 'gunicorn', '-w', '2', '-b', '127.0.0.1:0', 'app'];
  const gunicorn = spawn(python, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(gunicorn, 'exit');
  cleanUp(t, () => gunicorn.kill('SIGKILL'));
  let log = '';
  gunicorn.stderr.on('data', (data) => (log += data));
  const [, url = ''] = await waitFor('Gunicorn', () => /at: (http:\S+)/.exec(log), { seconds: 30 });
  const { body } = await send(url);
  gunicorn.kill('SIGTERM');
  await exited;
  return body;
}

const serve = (t: TestContext, { cwd, python = PYTHON }: Project): Promise<RunningServer> =>
  startServer(t, { app: 'app', cwd, python });

const answer = async (server: RunningServer): Promise<string> => (await send(server.url)).body;

const becomes = (server: RunningServer, expected: string): Promise<unknown> =>
  waitFor(`the answer ${expected}`, async () => (await answer(server)) === expected);

/** Resolves when the zygote has tried all that the app imports. */
async function learned(server: RunningServer, module: string): Promise<void> {
  const stream = await server.stream();
  await waitFor(`a verdict on ${module}`, async () => {
    const { modules, left_out } = await stream.command('preload', {});
    return [...modules, ...left_out].some((entry) => entry.module === module);
  });
}

test('numpy: linear algebra, and other random numbers in each worker', async (t) => {
  const cwd = tempFolder(t);
  const solve = `numpy.linalg.solve(numpy.eye(200) * 2, numpy.ones(200)).sum()`;
  writeFiles(cwd, {
    'app.py': `import numpy\nimport part\nanswer = lambda: (${solve}, part.TEXT)\n${SERVING}`,
  });
  writeFiles(cwd, { 'part.py': 'TEXT = 1\n' });
  const expected = await underGunicorn(t, { cwd });
  const server = await serve(t, { cwd });
  assert.equal(await answer(server), expected);
  await learned(server, 'numpy');
  // Its threads end when the process forks: they are no reason to leave it out.
  const { modules } = await (await server.stream()).command('preload', {});
  if (process.platform === 'linux') assert.ok(modules.some(({ module }) => module === 'numpy'));
  writeFileSync(join(cwd, 'part.py'), 'TEXT = 2\n');
  await becomes(server, expected.replace('1)', '2)'));
  writeFileSync(
    join(cwd, 'part.py'),
    `import numpy, os\nTEXT = (os.getpid(), numpy.random.random())\n`,
  );
  const drawn = new Map<string, string>();
  await waitFor('both workers to have drawn', async () => {
    const [, pid = '', number = ''] = /\((\d+), ([\d.e-]+)\)/.exec(await answer(server)) ?? [];
    if (pid) drawn.set(pid, number);
    return drawn.size >= 2;
  });
  assert.equal(new Set(drawn.values()).size, drawn.size, 'workers have drawn the same numbers');
});

test('gevent: an app that patches everything at its top', async (t) => {
  const cwd = tempFolder(t);
  const app = `\
from gevent import monkey
monkey.patch_all()
import socket, threading, time
import gevent
import part

def answer():
    jobs = [gevent.spawn(lambda n: time.sleep(0.01) or n * n, n) for n in range(4)]
    gevent.joinall(jobs)
    thread = threading.Thread(target=time.sleep, args=(0.01,))
    thread.start()
    thread.join()
    return part.TEXT, [job.value for job in jobs], socket.socket.__module__, threading.active_count()
${SERVING}`;
  writeFiles(cwd, { 'app.py': app, 'part.py': 'TEXT = 1\n' });
  const expected = await underGunicorn(t, { cwd });
  const server = await serve(t, { cwd });
  assert.equal(await answer(server), expected);
  for (const text of [2, 3]) {
    writeFileSync(join(cwd, 'part.py'), `TEXT = ${text}\n`);
    await becomes(server, expected.replace('(1,', `(${text},`));
  }
  const many = await Promise.all(Array.from({ length: 20 }, () => answer(server)));
  assert.deepEqual(new Set(many), new Set([expected.replace('(1,', '(3,')]));
  const { off, modules } = await (await server.stream()).command('preload', {});
  assert.match(off ?? '', /patches the standard library/);
  assert.deepEqual(modules, []);
});

test('an editable install beside the project is reloaded, and not preloaded', async (t) => {
  const [cwd, beside] = [tempFolder(t), tempFolder(t)];
  const python = await ownEnvironment(cwd);
  writeFiles(beside, {
    'pyproject.toml': '[project]\nname = "neighbour"\nversion = "1"\n',
    'neighbour/__init__.py': 'TEXT = 1\n',
  });
  const pip = ['-m', 'pip', '--python', python, 'install', '-q', '--no-index', '--no-deps'];
  await quietly(PYTHON, [...pip, '--no-build-isolation', '-e', beside]);
  writeFiles(cwd, { 'app.py': `import neighbour\nanswer = lambda: neighbour.TEXT\n${SERVING}` });
  const project = { cwd, python };
  assert.equal(await underGunicorn(t, project), '1');
  const server = await serve(t, project);
  assert.equal(await answer(server), '1');
  for (const text of ['2', '3']) {
    writeFileSync(join(beside, 'neighbour/__init__.py'), `TEXT = ${text}\n`);
    await becomes(server, text);
  }
  const { modules } = await (await server.stream()).command('preload', {});
  assert.equal(
    modules.some(({ module }) => module.startsWith('neighbour')),
    false,
  );
});

test('a sibling package outside of the workspace is reloaded', async (t) => {
  const [cwd, sibling] = [tempFolder(t), tempFolder(t)];
  writeFiles(sibling, { 'shared/__init__.py': '', 'shared/text.py': 'TEXT = 1\n' });
  const path = `import sys\nsys.path.insert(0, ${JSON.stringify(sibling)})\n`;
  const app = `${path}import shared.text\nanswer = lambda: shared.text.TEXT\n${SERVING}`;
  writeFiles(cwd, { 'app.py': app });
  assert.equal(await underGunicorn(t, { cwd }), '1');
  const server = await serve(t, { cwd });
  for (const text of ['2', '3']) {
    writeFileSync(join(sibling, 'shared/text.py'), `TEXT = ${text}\n`);
    await becomes(server, text);
  }
});

/** One that the test may install into; it sees what the shared one has. */
async function ownEnvironment(cwd: string): Promise<string> {
  await quietly(PYTHON, ['-m', 'venv', '--without-pip', join(cwd, '.venv')]);
  const python = join(cwd, '.venv/bin/python');
  const site = (of: string) => quietly(of, ['-c', 'import site; print(site.getsitepackages()[0])']);
  const [own, shared] = await Promise.all([site(python), site(PYTHON)]);
  writeFileSync(join(String(own).trim(), 'shared.pth'), String(shared));
  return python;
}
