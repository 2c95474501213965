import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

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

test('each setting that is read is declared, with a default, a scope and a description', () => {
  const sources = ['extension/plan.ts', 'extension/debug/debugpy.ts'].map(read).join();
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
  for (const event of manifest.activationEvents) assert.match(event, /^onDebug\w+:prefork$/);
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, false);
  assert.equal(manifest.capabilities.virtualWorkspaces.supported, false);
  assert.deepEqual(manifest.extensionKind, ['workspace']);
});
