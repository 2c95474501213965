import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { OWN, TABLE } from '../../../server/settings/table.ts';

import { root } from '../../support/paths.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json'));
const contributed = manifest.contributes;

const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, one]) => one);

test('the manifest and the command table name the same commands', () => {
  const declared = contributed.commands.map(({ command }: { command: string }) => command);
  const table = matches(read('extension/commands.ts'), /^ {2}'(prefork\.\w+)':/gm);
  assert.deepEqual([...declared].sort(), [...table].sort());
});

test('menus name commands that there are, and all have the category', () => {
  const declared = new Set(contributed.commands.map(({ command }: { command: string }) => command));
  const used = Object.values(contributed.menus).flat() as { command: string }[];
  for (const { command } of used) assert.ok(declared.has(command), command);
  for (const command of contributed.commands) assert.equal(command.category, 'Prefork');
});

test('every command is run by a test in the real editor', () => {
  const stories = globSync('test/editor/*.test.ts', { cwd: root }).map(read).join();
  const texts = JSON.parse(read('package.nls.json'));
  for (const { title } of contributed.commands) {
    const label = texts[title.slice(1, -1)];
    const asked = [`run('Prefork: ${label}')`, `name: '${label}'`];
    assert.ok(
      asked.some((words) => stories.includes(words)),
      label,
    );
  }
});

test('each setting that is read is declared, with a default, a scope and a description', () => {
  const sources = globSync('extension/**/*.ts', { cwd: root })
    .filter((file) => /getConfiguration\('prefork'/.test(read(file)))
    .map(read)
    .join();
  const used = matches(sources, /\.get(?:<\w+>)?\('(\w+)'/g).map((name) => `prefork.${name}`);
  const declared = contributed.configuration.properties;
  assert.deepEqual([...new Set(used)].sort(), Object.keys(declared).sort());
  for (const [name, setting] of Object.entries<Record<string, unknown>>(declared)) {
    assert.notEqual(setting['default'], undefined, name);
    assert.ok(setting['scope'], name);
    assert.ok(setting['description'] ?? setting['markdownDescription'], name);
  }
});

test('nothing runs before it is wanted, or in a workspace that is not trusted', () => {
  // A Python file's editor has the Serve action; reading is all that is done for it.
  for (const event of manifest.activationEvents) {
    assert.match(event, /^(onDebug\w+:prefork|onLanguage:python)$/);
  }
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, false);
  assert.equal(manifest.capabilities.virtualWorkspaces.supported, false);
  assert.deepEqual(manifest.extensionKind, ['workspace']);
});

type Attributes = Record<string, { default?: unknown; items?: { examples: string[] } }>;
const [debuggerOf] = contributed.debuggers;
const launch: Attributes = debuggerOf.configurationAttributes.launch.properties;
const attach: Attributes = debuggerOf.configurationAttributes.attach.properties;
const [task] = contributed.taskDefinitions;

test('launch configurations, tasks and settings agree with each other and with the server', () => {
  const { workers, threads } = TABLE;
  const settings = contributed.configuration.properties;
  for (const properties of [launch, task.properties as Attributes]) {
    assert.equal(properties['workers']?.default, workers.dev);
    assert.equal(properties['threads']?.default, threads.dev);
  }
  assert.equal(settings['prefork.workers'].default, workers.dev);
  assert.equal(settings['prefork.threads'].default, threads.dev);
  for (const [name, attribute] of Object.entries<unknown>(task.properties)) {
    assert.deepEqual(attribute, launch[name], name);
  }
});

test('every option that is proposed is one of the server’s', () => {
  const rows = Object.values({ ...OWN, ...TABLE });
  const flags = rows.flatMap((row) => [...row.flags, ...(row.negation ? [row.negation] : [])]);
  const proposed = [launch, task.properties as Attributes].flatMap(
    ({ args }) => args?.items?.examples ?? [],
  );
  assert.ok(proposed.length > 10);
  for (const example of proposed) assert.ok(flags.includes(example.split('=')[0] ?? ''), example);
});

test('every attribute is described; snippets are complete and use attributes that there are', () => {
  for (const [name, attribute] of Object.entries<object>({ ...launch, ...attach })) {
    assert.ok('markdownDescription' in attribute, name);
  }
  const own = ['name', 'type', 'request'];
  for (const { label, body } of debuggerOf.configurationSnippets) {
    const known = { launch, attach }[body.request as 'launch' | 'attach'];
    const names = Object.keys(body).filter((name) => !own.includes(name));
    for (const name of names) assert.ok(name in known, `${label}: ${name}`);
    if (body.request === 'launch') assert.ok(body.app && body.cwd, label);
  }
  assert.deepEqual(debuggerOf.configurationAttributes.launch.required, ['app']);
});
