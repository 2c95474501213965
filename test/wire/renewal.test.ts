/** What only a new process can take up: settings, environment, libraries, the interpreter. */

import assert from 'node:assert/strict';
import { globSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { quietly } from '../setup/quietly.ts';
import { cleanUp } from '../support/cleanup.ts';
import { tempFolder } from '../support/folders.ts';
import { startLoad } from '../support/load.ts';
import { venvPython } from '../support/paths.ts';
import { childrenOf, type Process } from '../support/processes.ts';
import { startProject } from '../support/project.ts';
import type { RunningServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';
import { installing, makeEnvironment, makeWheel } from '../support/wheels.ts';

const ENVIRON = 'import os\ndef answer():\n    return os.environ.get("COLOUR")\n';
const conf = (...lines: string[]): string => `${lines.join('\n')}\n`;

function zygotesOf(server: RunningServer): number {
  return childrenOf(server.pid, server.processes()).length;
}

const isZygote = ({ command }: Process): boolean => command.trim().endsWith('zygote');

/** A project whose conf file says that it is version 1, and clients that ask for it all the time. */
async function startUnderLoad(t: TestContext) {
  const pages = `${ENVIRON}\n_answer = answer\nanswer = lambda: f"version {_answer()}"\n`;
  const files = { 'pages.py': pages, 'gunicorn.conf.py': conf('raw_env = ["COLOUR=1"]') };
  const project = await startProject(t, files);
  await project.answers('version 1');
  const load = startLoad(project.server.url);
  cleanUp(t, () => load.stop());
  return { ...project, load };
}

test('a saved conf file takes effect, under load, without a failed request', async (t) => {
  const { server, answers, write, load } = await startUnderLoad(t);
  for (const version of [2, 3]) {
    write({ 'gunicorn.conf.py': conf(`raw_env = ["COLOUR=${version}"]`) });
    await answers(`version ${version}`);
  }
  await load.stop();
  assert.deepEqual(load.failures, []);
  await waitFor('the old zygotes to leave', () => zygotesOf(server) === 1);
});

test('zygotes that are killed in the middle of it cost no request', async (t) => {
  const { server, answers, write, load } = await startUnderLoad(t);
  for (const version of [2, 3, 4, 5]) {
    write({ 'gunicorn.conf.py': conf(`raw_env = ["COLOUR=${version}"]`) });
    const [old = 0, next = 0] = await waitFor(
      'a second zygote',
      () => {
        const zygotes = childrenOf(server.pid, server.processes()).filter(isZygote);
        return zygotes.length > 1 && zygotes.map(({ pid }) => pid).sort((a, b) => a - b);
      },
      { interval: 2 },
    );
    process.kill(version % 2 ? next : old, 'SIGKILL');
    write({ 'gunicorn.conf.py': conf(`raw_env = ["COLOUR=${version}"]`, '# again') });
    await answers(`version ${version}`);
    await waitFor('one zygote', () => zygotesOf(server) === 1);
  }
  await load.stop();
  assert.deepEqual(load.failures, []);
});

test('what a conf file does to the environment is undone and done anew', async (t) => {
  const first = conf('import os', 'os.environ["COLOUR"] = "red"');
  const { answers, write } = await startProject(t, {
    'pages.py': ENVIRON,
    'gunicorn.conf.py': first,
  });
  await answers('red');
  write({ 'gunicorn.conf.py': conf('import os', 'os.environ["COLOUR"] = "green"') });
  await answers('green');
  write({ 'gunicorn.conf.py': conf('workers = 3') });
  await answers('None');
});

test('more workers, and what cannot change while a server runs', async (t) => {
  const files = { 'pages.py': ENVIRON, 'gunicorn.conf.py': conf('workers = 1') };
  const { server, write } = await startProject(t, files);
  const stream = await server.stream();
  write({ 'gunicorn.conf.py': conf('workers = 3', 'pidfile = "/nowhere/pid"') });
  await stream.event('server', ({ workers, state }) => workers === 3 && state === 'running');
  assert.match(server.stderr, /Restart for pidfile/);
});

test('a conf file that is broken is shown, and its settings stay; the next save heals', async (t) => {
  const files = { 'pages.py': ENVIRON, 'gunicorn.conf.py': conf('raw_env = ["COLOUR=red"]') };
  const { cwd, server, answers, write } = await startProject(t, files);
  const stream = await server.stream();
  await answers('red');
  write({ 'gunicorn.conf.py': conf('', 'workers = "many"') });
  const fault = await stream.event('exception', ({ kind }) => kind === 'import');
  assert.deepEqual(fault.location, {
    'code.file.path': join(cwd, 'gunicorn.conf.py'),
    'code.line.number': 2,
  });
  await answers('red');
  write({ 'gunicorn.conf.py': conf('raw_env = [') });
  const error = await stream.event('exception', (e) => e['exception.type'] === 'SyntaxError');
  assert.equal(error.location?.['code.file.path'], join(cwd, 'gunicorn.conf.py'));
  write({ 'gunicorn.conf.py': conf('raw_env = ["COLOUR=blue"]') });
  await answers('blue');
});

test('without dev mode HUP reads the conf file anew, and spares what runs if that is broken', async (t) => {
  const files = { 'pages.py': ENVIRON, 'gunicorn.conf.py': conf('raw_env = ["COLOUR=red"]') };
  const { server, answers, write } = await startProject(t, files, { dev: false });
  await answers('red');
  write({ 'gunicorn.conf.py': conf('raw_env = ["COLOUR=') });
  server.child.kill('SIGHUP');
  await waitFor('the fault in the log', () => server.stderr.includes('gunicorn.conf.py:1: Syntax'));
  await answers('red');
  write({ 'gunicorn.conf.py': conf('raw_env = ["COLOUR=blue"]', 'workers = 2') });
  server.child.kill('SIGHUP');
  await answers('blue');
  await waitFor('the old zygote to leave', () => zygotesOf(server) === 1);
});

test('while no new zygote can start the old one goes on', async (t) => {
  const files = { 'pages.py': ENVIRON, 'gunicorn.conf.py': conf('raw_env = ["COLOUR=red"]') };
  const { server, answers, write } = await startProject(t, files, { dev: false });
  await answers('red');
  const preloading = conf('raw_env = ["COLOUR=blue"]', 'preload_app = True');
  write({ 'gunicorn.conf.py': preloading, 'pages.py': 'def answer(:' });
  server.child.kill('SIGHUP');
  await waitFor('the fault in the log', () => server.stderr.includes('the old one goes on'));
  await answers('red');
  write({ 'pages.py': `${ENVIRON}\n` });
  server.child.kill('SIGHUP');
  await answers('blue');
});

test('settings for which a server must be started again', async (t) => {
  const { server, answers, write } = await startProject(t, { 'pages.py': ENVIRON }, { dev: false });
  await answers('None');
  const fixed = ['bind = ":80"', 'certfile = __file__', 'keyfile = __file__'];
  write({ 'gunicorn.conf.py': conf('raw_env = ["COLOUR=red"]', ...fixed) });
  server.child.kill('SIGHUP');
  await answers('red');
  assert.match(server.stderr, /Restart for certfile, keyfile: /);
});

/** Has pip install 2,000 files. */
async function pipInstall(python: string, cwd: string, version: string): Promise<void> {
  const wheel = await makeWheel(cwd, version, 2_000);
  await quietly(venvPython, ['-m', 'pip', '--python', python, ...installing(wheel)], { cwd });
}

const PLENTY = `
try:
    import plenty
except ImportError:
    plenty = None

def answer():
    return plenty and plenty.version
`;

test('a package that is installed, upgraded, edited, and removed with its environment', async (t) => {
  const cwd = tempFolder(t);
  const wheels = tempFolder(t);
  const python = await makeEnvironment(cwd);
  const project = await startProject(t, { 'pages.py': PLENTY }, { cwd, python });
  const { server, answers, generations } = project;
  await answers('None');
  await pipInstall(python, wheels, '1.0');
  await answers('1.0');
  assert.deepEqual(await generations(), ['start', 'environment']); // one for thousands of files
  await pipInstall(python, wheels, '2.0');
  await answers('2.0');
  assert.deepEqual(await generations(), ['start', 'environment', 'environment']);
  const [file = ''] = globSync(join(cwd, '.venv/lib/*/site-packages/plenty/__init__.py'));
  writeFileSync(file, 'version = "edited by hand"');
  await (await server.stream()).command('saved', { files: [file] });
  await answers('edited by hand');
  rmSync(join(cwd, '.venv'), { recursive: true });
  await answers('edited by hand'); // what is loaded stays
  await makeEnvironment(cwd);
  await answers('None');
});

test('an environment that is made anew takes over, under load', async (t) => {
  const cwd = tempFolder(t);
  const python = await makeEnvironment(cwd);
  const pages = 'def answer():\n    return "version 1"\n';
  const { server, answers } = await startProject(t, { 'pages.py': pages }, { cwd, python });
  await answers('version 1');
  const load = startLoad(server.url);
  cleanUp(t, () => load.stop());
  rmSync(join(cwd, '.venv'), { recursive: true });
  await makeEnvironment(cwd);
  const stream = await server.stream();
  await stream.event('reload', (e) => e.reason === 'environment' && e.phase === 'ready', 20);
  await waitFor('the old zygote to leave', () => zygotesOf(server) === 1);
  await load.stop();
  assert.deepEqual(load.failures, []);
});
