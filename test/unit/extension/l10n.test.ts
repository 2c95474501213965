import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findInterpreter } from '../../../extension/interpreter.ts';
import { bundle, exported, messages } from '../../../extension/l10n/export.ts';
import { l10n, translateWith } from '../../../extension/l10n.ts';
import { root } from '../../support/paths.ts';

const manifest = readFileSync(join(root, 'package.json'), 'utf8');
const texts: Record<string, string> = JSON.parse(
  readFileSync(join(root, 'package.nls.json'), 'utf8'),
);

test('each text that the manifest names is there, and each that is there is named', () => {
  const named = [...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
  assert.deepEqual([...new Set(named)].sort(), Object.keys(texts).sort());
});

test('nothing that a person reads stands in the manifest itself', () => {
  const read = /"(title|description|markdownDescription|contents|altText)": "(?!%|Prefork")(.*)"/g;
  const { contributes } = JSON.parse(manifest);
  // Models read English.
  for (const tool of contributes.languageModelTools) delete tool.inputSchema;
  assert.deepEqual(
    [...JSON.stringify(contributes, null, 1).matchAll(read)].map(([line]) => line),
    [],
  );
});

/** Calls whose first argument a person reads, and fields that one does. */
const SHOWN =
  /(\bshow(Information|Warning|Error)Message\(|\bnew (Error|Cancelled)\(|\bcreateTerminal\(|\.fail\(|\b(title|placeHolder|label|tooltip|prompt|detail|description):)\s*(['"]|`(?!\$\{))(?!prefork\.|Prefork: \$)/g;

test('every text that the extension shows goes through l10n', () => {
  for (const file of globSync('extension/**/*.ts', { cwd: root })) {
    // What a model reads is English.
    if (file.startsWith('extension/languageModel/') && !file.endsWith('tools.ts')) continue;
    const source = readFileSync(join(root, file), 'utf8');
    const found = [...source.matchAll(SHOWN)].map(([text]) => text);
    assert.deepEqual(found, [], file);
  }
});

test('the exported bundle has every message (`npm run l10n`)', () => {
  assert.ok(messages().length > 40);
  assert.equal(readFileSync(bundle, 'utf8'), exported());
  const { l10n: folder } = JSON.parse(manifest);
  assert.equal(join(root, folder, 'bundle.l10n.json'), bundle);
});

test('a translation reaches what knows nothing of the editor', async (t) => {
  assert.equal(l10n.t('{0} in {1}', 'wsgi', '/app'), 'wsgi in /app');
  t.after(() => translateWith());
  translateWith((message) => message.toUpperCase());
  await assert.rejects(findInterpreter([]), /NO PYTHON INTERPRETER FOUND/);
});
