/** The files of a folder that may tell of app hooks: bounded in number and depth. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface ProjectFiles {
  /** Absolute paths of Python modules, those near the top first. */
  modules: string[];
  /** Absolute paths of files that say how the project is deployed. */
  hints: string[];
  /** Folders that an app is imported from: one of their files says so. */
  roots: Set<string>;
}

const SKIPPED =
  /^(\..*|node_modules|site-packages|__pycache__|venv|env|build|dist|migrations|__pypackages__)$/;
/** Of these the folder is a project, whatever packages lie above it. */
const ROOTS = /^(manage\.py|pyproject\.toml|setup\.py|Procfile|gunicorn\.conf\.py)$/;
const HINTS =
  /^(manage\.py|pyproject\.toml|Procfile|gunicorn(\.conf|_config|_conf)?\.py|\.flaskenv|\.env|app\.ya?ml|(docker-)?compose.*\.ya?ml|Dockerfile(\..+)?|Makefile|start(\.sh)?|entrypoint\.sh)$/;
const CONCURRENCY = 32;

/** @param depth folders below `folder` that are looked into */
export async function projectFiles(
  folder: string,
  { files, depth }: { files: number; depth: number },
): Promise<ProjectFiles> {
  const found: ProjectFiles = { modules: [], hints: [], roots: new Set() };
  let level = [folder];
  for (let at = 0; at <= depth && level.length > 0 && found.modules.length < files; at++) {
    level = (await inParallel(level, (one) => enter(one, found))).flat();
  }
  found.modules.splice(files);
  return found;
}

/** Adds what the folder holds; returns the folders in it. */
async function enter(folder: string, found: ProjectFiles): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => name === 'pyvenv.cfg')) return [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const { name } = entry;
    if (/^[\w-]+\.py$/.test(name)) found.modules.push(join(folder, name));
    if (HINTS.test(name)) found.hints.push(join(folder, name));
    if (ROOTS.test(name)) found.roots.add(folder);
  }
  const inner = entries.filter((entry) => entry.isDirectory() && !SKIPPED.test(entry.name));
  return inner.map(({ name }) => join(folder, name));
}

/** A few at a time, in the order of `items`. */
export async function inParallel<In, Out>(
  items: In[],
  work: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  let next = 0;
  const runner = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at] as In);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, runner));
  return results;
}
