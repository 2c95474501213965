/**
 * The build: three bundles (server, extension, panel page), the Python package as files, and the same
 * as one archive for the VSIX, in dist/.
 *
 *   node build.mjs                 once
 *   node build.mjs --production    minified, without source maps: what goes into the VSIX
 *   node build.mjs --watch         again at each change
 */

import { createHash } from 'node:crypto';
import { watch } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const production = process.argv.includes('--production');
const watching = process.argv.includes('--watch');

const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  define: { 'process.env.PREFORK_VERSION': JSON.stringify(version) },
  legalComments: 'none',
  logLevel: 'warning',
  minify: production,
  sourcemap: production ? false : 'linked',
};

/** ws is CommonJS, so the server's ES module has to bring its own `require`. */
const serverBanner = `#!/usr/bin/env node
import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);`;

/** @type {Array<esbuild.BuildOptions & { entryPoints: [string], outfile: string }>} */
const bundles = [
  {
    ...common,
    entryPoints: ['server/cli.ts'],
    outfile: 'dist/server.js',
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    external: ['bufferutil', 'utf-8-validate'],
    banner: { js: serverBanner },
  },
  {
    ...common,
    entryPoints: ['extension/main.ts'],
    outfile: 'dist/extension.cjs',
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    external: ['vscode', 'bufferutil', 'utf-8-validate'],
  },
  {
    ...common,
    entryPoints: ['webview/main.ts'],
    outfile: 'dist/webview/panel.js',
    platform: 'browser',
    target: ['es2022', 'chrome114', 'firefox115', 'safari16'],
    format: 'esm',
  },
  {
    ...common,
    entryPoints: ['webview/panel.css'],
    outfile: 'dist/webview/panel.css',
    // The icon font is part of the style sheet: the VSIX is to have few files.
    loader: { '.ttf': 'dataurl' },
    target: ['chrome114', 'firefox115', 'safari16'],
  },
];

/** Files that go as they are: from → to. Folders are mirrored. */
const copies = {
  'server/worker/prefork_worker': 'dist/worker/prefork_worker',
  'webview/index.html': 'dist/webview/index.html',
};

/**
 * Copies a file or mirrors a folder; files that are gone from `from` go from `to`.
 * @param {string} from
 * @param {string} to
 */
async function mirror(from, to) {
  if (!(await stat(from)).isDirectory()) {
    await mkdir(dirname(to), { recursive: true });
    return copyFile(from, to);
  }
  await mkdir(to, { recursive: true });
  const names = (await readdir(from)).filter((name) => name !== '__pycache__');
  for (const name of await readdir(to)) {
    if (!names.includes(name)) await rm(join(to, name), { recursive: true, maxRetries: 10 });
  }
  await Promise.all(names.map((name) => mirror(join(from, name), join(to, name))));
}

/** Writes the Python package, path → text, to the one file `worker-HASH.json` (server/workerFolder.ts). */
async function archive() {
  const from = join(root, 'dist/worker');
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && !entry.parentPath.endsWith('__pycache__'),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  const texts = paths.map(async (path) => [relative(from, path), await readFile(path, 'utf8')]);
  const text = JSON.stringify(Object.fromEntries(await Promise.all(texts)));
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  for (const name of await readdir(join(root, 'dist'))) {
    if (name.startsWith('worker-')) await rm(join(root, 'dist', name), { force: true });
  }
  await writeFile(join(root, `dist/worker-${hash}.json`), text);
}

async function copyAll() {
  for (const [from, to] of Object.entries(copies)) await mirror(join(root, from), join(root, to));
  await archive();
}

async function buildOnce() {
  const started = performance.now();
  await Promise.all([copyAll(), ...bundles.map((bundle) => esbuild.build(bundle))]);
  await chmod(join(root, 'dist/server.js'), 0o755);
  await report(Math.round(performance.now() - started));
}

/** @param {number} milliseconds */
async function report(milliseconds) {
  const sizes = bundles.map(async ({ outfile }) => {
    const { size } = await stat(join(root, outfile));
    return `${relative('dist', outfile)} ${Math.round(size / 1024)} kB`;
  });
  console.log(`build: ${(await Promise.all(sizes)).join(', ')} in ${milliseconds} ms`);
}

async function keepBuilding() {
  await buildOnce();
  for (const bundle of bundles) {
    await (await esbuild.context({ ...bundle, logLevel: 'info' })).watch();
  }
  for (const from of Object.keys(copies).filter((path) => !path.startsWith('node_modules'))) {
    watch(join(root, from), { recursive: true }, () => void copyAll());
  }
  console.log('build: watching; Ctrl-C stops');
}

await (watching ? keepBuilding() : buildOnce());
