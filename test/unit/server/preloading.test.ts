import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Imported, ZygoteCommand } from '../../../server/arbiter/control.ts';
import { preloadFile } from '../../../server/arbiter/preloadFile.ts';
import { createPreloading } from '../../../server/arbiter/preloading.ts';
import { tempFolder } from '../../support/folders.ts';

const WHO = {
  app: 'wsgi:application',
  chdir: '/home/ada/shop',
  interpreter: { executable: '/usr/bin/python3', version: '3.12.4', prefix: '/usr' },
};

const LIST = {
  learned: Date.now(),
  modules: { 'flask.json': 400, flask: 1_200 },
  leftOut: { grpc: 'it does not work after a fork' },
  variables: { flask: ['FLASK_DEBUG'] },
  fingerprint: 'f1',
  off: null,
};

function fileIn(folder: string, logged: string[] = []) {
  const environ = { XDG_CACHE_HOME: folder, HOME: folder };
  return preloadFile(WHO, (level, message) => logged.push(`${level}: ${message}`), environ);
}

/** With a zygote that only takes notes. */
function setUp(t: TestContext, folder = tempFolder(t)) {
  const sent: ZygoteCommand[] = [];
  let renewals = 0;
  const preloading = createPreloading({
    file: fileIn(folder),
    log: () => {},
    send: (command) => sent.push(command),
    renew: () => {
      renewals += 1;
    },
  });
  return { preloading, sent, folder, renewals: () => renewals };
}

const imported = (more: Partial<Imported>): Imported => ({
  files: [],
  digests: {},
  missed: [],
  preloadable: [],
  loaded: more.preloadable ?? [],
  left_out: {},
  written: [],
  patched: false,
  ...more,
});

const preloaded = (modules: Record<string, number>, more = {}) => ({
  type: 'preloaded' as const,
  modules,
  rejected: {},
  variables: {},
  spoilt: {},
  fingerprint: 'f1',
  duration: 10,
  ...more,
});

test('what is written is read again, in its order; the file is the own alone', (t) => {
  const folder = tempFolder(t);
  fileIn(folder).write(LIST);
  const file = fileIn(folder);
  assert.deepEqual(file.read(), LIST);
  assert.deepEqual(Object.keys(file.read()?.modules ?? {}), ['flask.json', 'flask']);
  assert.equal(statSync(file.path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(dirname(file.path)).length, 1, 'no draft is left');
});

test('a damaged file, one of another version and an old one are ignored, and replaced', (t) => {
  const folder = tempFolder(t);
  const logged: string[] = [];
  const file = fileIn(folder, logged);
  file.write(LIST);
  const good = readFileSync(file.path, 'utf8');
  const week = LIST.learned - 8 * 24 * 3600 * 1000;
  const bad = {
    damaged: good.slice(0, 80),
    'no object': '[]',
    'another version': good.replace(/"format": "[^"]*"/, '"format": "0"'),
    'modules without a cost': good.replace('1200', '"much"'),
    'a part missing': good.replace('"fingerprint"', '"footprint"'),
    old: good.replace(String(LIST.learned), String(week)),
  };
  for (const [what, text] of Object.entries(bad)) {
    writeFileSync(file.path, text);
    assert.equal(file.read(), null, what);
    assert.match(logged.pop() ?? '', /^debug: The preload list can't be used: /, what);
  }
  file.write(LIST);
  assert.deepEqual(file.read(), LIST);
});

test('without a file there is nothing to say', (t) => {
  const logged: string[] = [];
  assert.equal(fileIn(tempFolder(t), logged).read(), null);
  assert.deepEqual(logged, []);
});

test('a cache folder that cannot be written is no hindrance', (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'prefork'), 'not a folder');
  const logged: string[] = [];
  fileIn(folder, logged).write(LIST);
  assert.match(logged[0] ?? '', /^debug: The preload list can't be kept/);
});

test('the folder is bounded: the oldest go', (t) => {
  const folder = tempFolder(t);
  const file = fileIn(folder);
  file.write(LIST);
  for (let number = 0; number < 120; number += 1) {
    const path = join(dirname(file.path), `${number}.json`);
    writeFileSync(path, '');
    utimesSync(path, number, number);
  }
  file.write(LIST);
  const left = readdirSync(dirname(file.path));
  assert.equal(left.length, 100);
  assert.deepEqual(fileIn(folder).read(), LIST);
  assert.equal(left.includes('20.json'), false);
  assert.equal(left.includes('119.json'), true);
});

test('what a worker imported is asked for once, and trusted at the next start', (t) => {
  const first = setUp(t);
  assert.equal(first.preloading.trusted, null);
  first.preloading.learn(imported({ preloadable: ['click', 'flask'], written: ['TZ'] }));
  first.preloading.ask();
  first.preloading.ask();
  assert.deepEqual(first.sent, [
    {
      type: 'preload',
      modules: ['click', 'flask'],
      loaded: ['click', 'flask'],
      written: ['TZ'],
      variables: [],
    },
  ]);
  const rejected = { click: 'starts a thread' };
  const variables = { flask: ['FLASK_DEBUG'] };
  first.preloading.settle(preloaded({ flask: 900 }, { rejected, variables }));
  first.preloading.ask();
  assert.equal(first.sent.length, 1);

  const second = setUp(t, first.folder);
  assert.deepEqual(second.preloading.trusted, { modules: ['flask'], variables, fingerprint: 'f1' });
  second.preloading.learn(imported({ preloadable: ['click', 'jinja2'] }));
  second.preloading.ask();
  assert.equal(second.sent.length, 0, 'while the zygote imports what is trusted');
  second.preloading.settle(preloaded({ flask: 900 }, { variables }));
  second.preloading.ask();
  const [asked] = second.sent;
  assert.ok(asked?.type === 'preload');
  assert.deepEqual(asked.modules, ['jinja2']);
  assert.deepEqual(asked.variables, ['FLASK_DEBUG']);
});

test('what is outdated is learned anew', (t) => {
  const folder = tempFolder(t);
  fileIn(folder).write(LIST);
  const { preloading, sent } = setUp(t, folder);
  preloading.settle(preloaded({}, { outdated: true }));
  assert.deepEqual(preloading.state.modules, []);
  assert.deepEqual(preloading.state.left_out, []);
  preloading.learn(imported({ preloadable: ['flask'] }));
  preloading.ask();
  assert.equal(sent.length, 1);
});

test('libraries that stay cold are never asked for, nor may others load them', (t) => {
  const { preloading, sent } = setUp(t);
  preloading.learn(imported({ preloadable: ['grpc', 'grpc._channel', 'grpcio_extra', 'flask'] }));
  preloading.ask();
  const [asked] = sent;
  assert.ok(asked?.type === 'preload');
  assert.deepEqual(asked.modules, ['grpcio_extra', 'flask']);
  assert.deepEqual(asked.loaded, ['grpcio_extra', 'flask']);
});

test('an app that patches switches preloading off, one that no longer does on again', async (t) => {
  const first = setUp(t);
  first.preloading.learn(imported({ preloadable: ['flask'] }));
  first.preloading.ask();
  first.preloading.settle(preloaded({ flask: 900 }));
  first.preloading.learn(imported({ patched: true }));
  await setImmediate();
  assert.equal(first.renewals(), 1, 'the zygote holds what was imported unpatched');

  const second = setUp(t, first.folder);
  assert.equal(second.preloading.trusted, null);
  assert.match(second.preloading.state.off ?? '', /patches the standard library/);
  second.preloading.learn(imported({ preloadable: ['flask'], patched: true }));
  second.preloading.ask();
  assert.deepEqual(second.sent, []);
  second.preloading.learn(imported({ patched: false })); // told while the app is being imported
  second.preloading.ask();
  assert.equal(second.sent.length, 0);
  second.preloading.unpatched();
  second.preloading.ask();
  assert.equal(second.sent.length, 1);
});

test('a module that has read a variable before the app sets it leaves the zygote', async (t) => {
  const { preloading, sent, renewals } = setUp(t);
  preloading.learn(imported({ preloadable: ['flask'] }));
  preloading.ask();
  preloading.settle(preloaded({ flask: 900 }, { variables: { flask: ['FLASK_DEBUG'] } }));
  preloading.learn(imported({ written: ['OTHER'] }));
  await setImmediate();
  assert.equal(renewals(), 0);
  preloading.learn(imported({ written: ['FLASK_DEBUG'] }));
  await setImmediate();
  assert.equal(renewals(), 1);
  preloading.startAgain();
  preloading.ask();
  assert.equal(sent.length, 1, 'and is not asked for again');
});

test('a zygote that an import has spoilt is renewed, without that module', async (t) => {
  const { preloading, sent, renewals } = setUp(t);
  preloading.learn(imported({ preloadable: ['click', 'flask'] }));
  preloading.ask();
  preloading.settle(preloaded({ click: 400 }, { spoilt: { flask: 'starts a thread' } }));
  await setImmediate();
  assert.equal(renewals(), 1);
  preloading.startAgain();
  preloading.ask();
  const asked = sent[1];
  assert.ok(asked?.type === 'preload');
  assert.deepEqual(asked.modules, ['click']);
});
