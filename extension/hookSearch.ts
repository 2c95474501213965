/**
 * Reads a folder's Python files for app hooks: bounded in files, depth and size, so that a large
 * project costs a moment and no more; ranked, so that the likely one comes first.
 */

import { access, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { type FoundHook, findAppHooks } from './appHooks.ts';

/** An app hook and the folder it is imported from. */
export interface AppHook extends FoundHook {
  /** `module:application`, as Gunicorn writes it. */
  app: string;
  /** Absolute; the server's working directory. */
  root: string;
  /** Absolute. */
  file: string;
}

export interface SearchLimits {
  files: number;
  depth: number;
  /** Characters of a file that are looked at. */
  size: number;
}

const LIMITS: SearchLimits = { files: 5000, depth: 8, size: 262_144 };
const SKIPPED = /^(\..*|node_modules|site-packages|__pycache__|venv|env|build|dist|migrations)$/;
const ASIDE =
  /(^|[\\/])(tests?|docs?|examples?|samples?|conftest\.py|test_[^\\/]*|[^\\/]*_test\.py)([\\/]|$)/;
const WORTH_PARSING = /\b(app|application|wsgi|Flask|Bottle|start_response|(create|make)_app)\b/;
const CONCURRENCY = 16;

/** The app hooks below `folder`, the likely one first; those of tests and docs only if alone. */
export async function searchAppHooks(folder: string, limits = LIMITS): Promise<AppHook[]> {
  const files = await pythonFiles(folder, limits);
  const hooks = (await inBatches(files, (file) => hooksOf(file, folder, limits))).flat();
  const primary = hooks.filter((hook) => !ASIDE.test(relative(folder, hook.file)));
  const ranked = primary.length > 0 ? primary : hooks;
  return ranked.sort((a, b) => rank(a, folder) - rank(b, folder) || a.app.localeCompare(b.app));
}

async function pythonFiles(folder: string, limits: SearchLimits): Promise<string[]> {
  const found: string[] = [];
  let level = [folder];
  for (let depth = 0; depth <= limits.depth && level.length > 0; depth++) {
    const next: string[] = [];
    for (const entries of await inBatches(level, entriesOf)) {
      found.push(...entries.files);
      next.push(...entries.folders);
    }
    if (found.length >= limits.files) break;
    level = next;
  }
  return found.slice(0, limits.files);
}

async function entriesOf(folder: string): Promise<{ files: string[]; folders: string[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some((entry) => entry.name === 'pyvenv.cfg')) return { files: [], folders: [] };
  const path = (entry: { name: string }) => join(folder, entry.name);
  return {
    files: entries.filter((e) => e.isFile() && /^[\w-]+\.py$/.test(e.name)).map(path),
    folders: entries.filter((e) => e.isDirectory() && !SKIPPED.test(e.name)).map(path),
  };
}

async function hooksOf(file: string, folder: string, limits: SearchLimits): Promise<AppHook[]> {
  const source = (await readFile(file, 'utf8').catch(() => '')).slice(0, limits.size);
  if (!WORTH_PARSING.test(source)) return [];
  const found = findAppHooks(source);
  if (found.length === 0) return [];
  const { root, module } = await moduleOf(file, folder);
  return found.map((hook) => ({ ...hook, app: `${module}:${hook.attribute}`, root, file }));
}

/** A module's dotted name and the folder it starts from: up while there is an `__init__.py`. */
export async function moduleOf(file: string, within: string) {
  let root = dirname(file);
  while (root !== within && root !== dirname(root) && (await exists(join(root, '__init__.py')))) {
    root = dirname(root);
  }
  const parts = relative(root, file).replace(/\.py$/, '').split(sep);
  if (parts.length > 1 && parts.at(-1) === '__init__') parts.pop();
  return { root, module: parts.join('.') };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Lower is likelier: `application` before `app` before others before factories; wsgi.py first. */
function rank(hook: AppHook, folder: string): number {
  const names = ['application', 'app'];
  const name = names.includes(hook.attribute) ? names.indexOf(hook.attribute) : 2;
  const file = basename(hook.file) === 'wsgi.py' ? -100 : 0;
  const kind = hook.kind === 'factory' ? 3 : name;
  return file + kind * 10 + relative(folder, hook.file).split(sep).length;
}

async function inBatches<In, Out>(items: In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (let at = 0; at < items.length; at += CONCURRENCY) {
    results.push(...(await Promise.all(items.slice(at, at + CONCURRENCY).map(work))));
  }
  return results;
}
