/** What is packed, for npm (`npx prefork`) and for VS Code, serves by itself, and holds nothing else. */

import assert from 'node:assert/strict';
import { globSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { quietly } from '../setup/quietly.ts';
import { APPS } from '../support/apps.ts';
import { cleanUp } from '../support/cleanup.ts';
import { tempFolder } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { root, venvPython } from '../support/paths.ts';
import { startServer } from '../support/server.ts';

test('the packed server serves an app and its panel', async (t) => {
  const folder = tempFolder(t);
  await quietly('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
  await quietly('sh', ['-c', 'tar xzf *.tgz'], { cwd: folder });
  const files = await quietly('find', ['package', '-type', 'f'], { cwd: folder });
  for (const file of files.trim().split('\n')) {
    assert.match(file, /^package\/(dist\/|[A-Z]+(\.md)?$|package\.json$)/);
    assert.doesNotMatch(file, /\.map$|\.pyc$|extension|worker-/);
  }

  const bundle = join(folder, 'package/dist/server.js');
  const server = await startServer(t, { ...(await APPS.bare(t)), bundle });
  assert.match((await send(server.url)).body, /version 1/);
  const page = await send(server.info.panel ?? '');
  assert.match(String(page.headers['content-type']), /^text\/html/);
  const script = /<script[^>]+src="([^"]+)"/.exec(page.body)?.[1] ?? '';
  assert.equal((await send(new URL(script, server.info.panel ?? ''))).status, 200);
});

test('the VSIX is under 1 MB and 60 files, and its server serves', async (t) => {
  const folder = tempFolder(t);
  const vsix = join(folder, 'prefork.vsix');
  cleanUp(t, () => quietly('npm', ['run', 'build'], { cwd: root })); // back from production's
  const said = await quietly('npm', ['run', 'package', '--', '--out', vsix], { cwd: root });
  const [, files] = /Packaged:.*\((\d+) files,/.exec(said) ?? [];
  assert.ok(Number(files) < 60, `${files} files`);
  assert.ok(statSync(vsix).size < 1_000_000, `${statSync(vsix).size} bytes`);

  await quietly(venvPython, ['-m', 'zipfile', '-e', vsix, folder]);
  const bundle = join(folder, 'extension/dist/server.js');
  const env = { XDG_CACHE_HOME: join(folder, 'cache') };
  const server = await startServer(t, { ...(await APPS.bare(t)), bundle, env });
  assert.match((await send(server.url)).body, /version 1/);
  const [archive = ''] = globSync('worker-*.json', { cwd: join(folder, 'extension/dist') });
  const unpacked = join(folder, 'cache/prefork', basename(archive, '.json'), 'prefork_worker');
  const sources = join(root, 'server/worker/prefork_worker');
  await quietly('diff', ['-r', '-x', '__pycache__', sources, unpacked]); // fails when they differ
});
