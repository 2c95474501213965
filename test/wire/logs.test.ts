/** Log lines of real requests in two workers: where they are placed, warnings, levels changed live. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEvent } from '../../server/stream/protocol.ts';
import { send } from '../support/http.ts';
import { startProject } from '../support/project.ts';
import { waitFor } from '../support/wait.ts';

const SPEAKS = `
import logging, sys, warnings

LOGGER = logging.getLogger("shop")
LOGGER.setLevel("INFO")

def answer():
    LOGGER.debug("quietly")
    LOGGER.info("password=hunter2")
    print("printed")
    print("to stderr", file=sys.stderr)
    warnings.warn("use new()", DeprecationWarning)
    for number in range(300):
        LOGGER.info("line %d", number)
    return "said"
`;

const PAGES = { 'pages.py': SPEAKS };
const ARGS = ['--workers', '2'];

test('lines of a request, each once, bounded, secrets hidden', async (t) => {
  const { server } = await startProject(t, PAGES, {
    args: ARGS,
    env: { PYTHONWARNINGS: 'always' },
  });
  const stream = await server.stream();
  await send(`${server.url}/first`);
  const ended = await stream.event('request.ended', (event) => event['url.path'] === '/first');
  const { logs } = await stream.command('request', { request: ended.request });
  assert.deepEqual(logs.slice(0, 4).map(summary), [
    'logging 9 shop: password=[hidden]',
    'stdout 9 : printed',
    'stderr 13 : to stderr',
    'warnings 13 DeprecationWarning: use new()',
  ]);
  assert.ok(logs.every((line) => line['code.file.path']?.endsWith('/pages.py')));
  assert.equal(logs.length, 200);
  assert.deepEqual([ended.logs, ended.logs_left_out], [304, 104]);
  assert.ok(server.stdout.includes('printed') && server.stderr.includes('to stderr'));
});

const summary = ({ source, severity_number, logger = '', body }: LogEvent): string =>
  `${source} ${severity_number} ${logger}: ${body}`;

test('a level is changed in all workers, over a reload, and given back', async (t) => {
  const { server } = await startProject(t, PAGES, { args: ARGS });
  const stream = await server.stream();
  const speaks = async (path: string): Promise<boolean> => {
    await send(`${server.url}${path}`);
    const { request } = await stream.event('request.ended', (end) => end['url.path'] === path);
    const { logs } = await stream.command('request', { request });
    return logs.some(({ body }) => body === 'quietly');
  };
  assert.equal(await speaks('/before'), false);
  const { levels } = await stream.command('set_log_level', { logger: 'shop', level: 'DEBUG' });
  assert.deepEqual(levels, { shop: 'DEBUG' });
  await stream.command('reload', {});
  assert.equal(await speaks('/reloaded'), true);
  await stream.command('set_log_level', { logger: 'shop', level: null });
  await stream.command('reload', {});
  assert.equal(await speaks('/after'), false);
  await assert.rejects(
    stream.command('set_log_level', { logger: 'shop', level: 'LOUD' }),
    /LOUD is no level; there are .*DEBUG/,
  );
});

const OUTSIDE = `
import os, subprocess, sys

def answer():
    subprocess.run(["sh", "-c", "echo from a child; echo in trouble >&2"], check=True)
    os.write(1, b"token=planted, written by C\\n" + b"x" * 300_000 + b"\\n")
    print("printed")
    assert sys.stdout.fileno() == 1
    return "said"
`;

test('what subprocesses and C code write is told of and passed on, each line once', async (t) => {
  const { server } = await startProject(t, { 'pages.py': OUTSIDE }, { args: ARGS });
  const stream = await server.stream();
  for (const path of ['/first', '/reloaded']) {
    await send(`${server.url}${path}`);
    const ended = await stream.event('request.ended', (event) => event['url.path'] === path);
    const line = (source: string, begins: string) =>
      stream.event(
        'log',
        (event) =>
          event.source === source &&
          event.body.startsWith(begins) &&
          event.generation === ended.generation,
      );
    const told = [
      await line('stdout', 'from a child'),
      await line('stderr', 'in trouble'),
      await line('stdout', 'token=[hidden], written by C'),
      await line('stdout', 'printed'),
    ];
    assert.deepEqual(
      told.map(({ request }) => request),
      Array(4).fill(ended.request),
    );
    await stream.command('reload', {});
  }
  const bodies = stream.events.flatMap((event) => (event.type === 'log' ? [event.body] : []));
  for (const body of ['from a child', 'printed']) {
    assert.equal(bodies.filter((each) => each === body).length, 2);
  }
  assert.match(server.stdout, /from a child\n/);
  assert.match(server.stderr, /in trouble\n/);
});

const LAST = `
import atexit, os
atexit.register(os.write, 1, b"last words\\n")

def answer():
    return "said"
`;

test('what is written last is passed on, at a reload and at the end', async (t) => {
  const { server } = await startProject(t, { 'pages.py': LAST }, { args: ['--workers', '1'] });
  const told = () => server.stdout.match(/last words\n/g)?.length ?? 0;
  await (await server.stream()).command('reload', {});
  await waitFor('the first last words', () => told() > 0);
  const before = told();
  await server.stop();
  assert.ok(told() > before);
});

const DIES = 'import os\nos.write(2, b"no licence found\\n")\nos._exit(7)\n';

test('what is written by what ends the process at once is passed on', async (t) => {
  const pages = { 'pages.py': 'def answer():\n    return "said"\n' };
  const { server, write, answers } = await startProject(t, pages, { args: ARGS });
  await answers('said');
  write({ 'pages.py': DIES });
  await waitFor('the reason', () => server.stderr.includes('no licence found'));
});

const PRINTS = `
import os, sys

def answer():
    print("x" * 2_000_000, flush=True)
    silent, stdout = os.open(os.devnull, os.O_WRONLY), os.dup(1)
    os.dup2(silent, 1)
    print("unheard", flush=True)
    os.dup2(stdout, 1)
    print("heard", flush=True)
    return "printed"
`;

test('an app waits for who reads its output, and leads its descriptors where it likes', async (t) => {
  const { server } = await startProject(t, { 'pages.py': PRINTS }, { args: ['--workers', '1'] });
  server.child.stdout?.pause();
  const answer = send(server.url);
  await (await server.stream()).event('request.started');
  server.child.stdout?.resume();
  assert.equal((await answer).body, 'printed');
  await waitFor('all of it', () => server.stdout.endsWith('x\nheard\n'));
});

test('who stops reading the output ends nothing', async (t) => {
  const pages = { 'pages.py': OUTSIDE.replace('print("printed")', '') };
  const { server } = await startProject(t, pages, { args: ['--workers', '1'] });
  server.child.stdout?.destroy();
  for (const _ of [1, 2, 3]) assert.equal((await send(server.url)).body, 'said');
});
