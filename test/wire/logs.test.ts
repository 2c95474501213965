/** Log lines of real requests in two workers: where they are placed, warnings, levels changed live. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEvent } from '../../server/stream/protocol.ts';
import { send } from '../support/http.ts';
import { startProject } from '../support/project.ts';

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
