/**
 * Reads a folder's files for app hooks: bounded in files, depth and size, so that a large project
 * costs a moment and no more; ranked, so that the likely one comes first.
 */

import { readFile } from 'node:fs';
import { basename, relative } from 'node:path';
import { promisify } from 'node:util';
import { type FoundHook, findAppHooks } from './appHooks.ts';
import { withHints } from './hintedHooks.ts';
import { projectHints } from './hints.ts';
import { moduleOf } from './modulePath.ts';
import { inParallel, projectFiles } from './projectFiles.ts';
import { compareHooks, isAside } from './rank.ts';

/** An app hook and the folder it is imported from. */
export interface AppHook extends FoundHook {
  /** `module:application`, as Gunicorn writes it. */
  app: string;
  /** Absolute; the server's working directory. */
  root: string;
  /** Where it is bound; absolute. */
  file: string;
  /** The file that names it as the one to serve: a Procfile, `manage.py`; absolute. */
  hint?: string;
  /** What it needs in its environ. */
  env?: Record<string, string>;
}

export interface SearchLimits {
  files: number;
  depth: number;
  /** Characters of a file that are looked at. */
  size: number;
}

const LIMITS: SearchLimits = { files: 5000, depth: 8, size: 262_144 };
/** A module without any of these has no app hook; a plain search is far faster than reading it. */
const WORDS = [
  ...['application', 'app(', 'App(', 'app_factory', 'Flask', 'ottle', 'Eve(', 'falcon.API('],
  ...['environ', 'start_response', 'WSGI', 'wsgi', 'global_conf', 'import app'],
];

/** The app hooks below `folder`, the likely one first; those of tests and docs only if alone. */
export async function searchAppHooks(folder: string, limits = LIMITS): Promise<AppHook[]> {
  const { modules, hints, roots } = await projectFiles(folder, limits);
  const place = (file: string) => moduleOf(file, folder, roots);
  const found = (await inParallel(modules, (file) => hooksOf(file, place, limits))).flat();
  const hooks = await withHints(found, await projectHints(hints));
  const primary = hooks.filter((hook) => hook.hint || !isAside(relative(folder, hook.file)));
  return (primary.length > 0 ? primary : hooks).sort(compareHooks(folder));
}

/** At half the cost of that of `node:fs/promises`. */
const read = promisify(readFile);

type Place = (file: string) => Promise<{ root: string; module: string }>;

async function hooksOf(file: string, place: Place, limits: SearchLimits): Promise<AppHook[]> {
  const source = (await read(file, 'utf8').catch(() => '')).slice(0, limits.size);
  return WORDS.some((word) => source.includes(word)) ? hooksIn(source, file, place) : [];
}

/** The app hooks of one file's text. */
export async function hooksIn(source: string, file: string, place: Place): Promise<AppHook[]> {
  const found = findAppHooks(source, basename(file));
  if (found.length === 0) return [];
  const { root, module } = await place(file);
  return found.map((hook) => ({ ...hook, app: `${module}:${hook.attribute}`, root, file }));
}
