import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createMemory } from '../../../extension/remembered.ts';
import { tempFolder } from '../../support/folders.ts';

const shop = { wanted: { app: 'wsgi:application', root: '/shop' }, port: 8000, pid: 101 };
const blog = { wanted: { app: 'wsgi:application', root: '/blog' }, port: 8001, pid: 102 };
const EDITOR = 7;

function setUp(t: TestContext) {
  const file = join(tempFolder(t), 'storage', 'running.json');
  let time = 1_000_000;
  const memory = (editor = EDITOR) => createMemory(file, editor, () => time);
  const pass = (seconds: number) => {
    time += seconds * 1000;
  };
  return { file, memory, pass };
}

test('after a reload what ran is told, once', (t) => {
  const { file, memory, pass } = setUp(t);
  const before = memory();
  before.keep([shop, blog]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  before.leave();
  before.keep([]);
  pass(5);
  assert.deepEqual(memory().recall(), [shop, blog]);
  assert.deepEqual(memory().recall(), []);
});

test('after a crash, too, however long it ran', (t) => {
  const { memory, pass } = setUp(t);
  memory().keep([shop]);
  pass(100_000);
  assert.deepEqual(memory().recall(), [shop]);
});

test('not what was stopped', (t) => {
  const { file, memory } = setUp(t);
  const before = memory();
  before.keep([shop]);
  before.keep([]);
  before.leave();
  assert.equal(existsSync(file), false);
  assert.deepEqual(memory().recall(), []);
});

test('not when the window was closed, or the editor', (t) => {
  const { memory, pass } = setUp(t);
  const before = memory();
  before.keep([shop]);
  before.leave();
  pass(3600);
  assert.deepEqual(memory().recall(), []);
  memory().keep([shop]);
  assert.deepEqual(memory(EDITOR + 1).recall(), []);
});

test('half a file is none', (t) => {
  const { file, memory } = setUp(t);
  memory().keep([shop]);
  writeFileSync(file, '{"editor": 7, "ser');
  assert.deepEqual(memory().recall(), []);
});
