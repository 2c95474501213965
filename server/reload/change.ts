/** What a changed file means: a new generation of the code, or nothing. */

import { basename, extname, isAbsolute, relative, sep } from 'node:path';
import { globToRegExp } from './glob.ts';

const CODE = new Set(['.py', '.pyi', '.so', '.pyd']);
/** Kept in memory by one framework or another (Django's cached loader, Flask's outside of debug). */
const TEMPLATES = new Set(['.html', '.htm', '.jinja', '.jinja2', '.j2', '.tpl', '.stpl', '.mako']);
const TRANSLATIONS = new Set(['.mo']);
/** Read once, when the app is imported. */
const CONFIGURATION = new Set(['.env', '.flaskenv', 'pyproject.toml', 'gunicorn.conf.py']);

const IGNORED_FOLDERS = new Set(['node_modules', '__pycache__', 'site-packages']);
/** Editors' swap, backup and lock files. */
const SWAP = /^(\.#.*|#.*#|.*~|.*\.sw[a-p]|4913|.*\.tmp|___jb_.*)$/;

/** Whether a file is read by requests rather than when the app is imported. */
export const isReadLate = (path: string): boolean =>
  TEMPLATES.has(extname(path)) || TRANSLATIONS.has(extname(path));

/** Whether a folder below the root is never looked into. Hidden folders are tools' own. */
export function isIgnoredFolder(path: string): boolean {
  const name = basename(path);
  return IGNORED_FOLDERS.has(name) || (name.startsWith('.') && name.length > 1);
}

export interface Known {
  /** User files that the app has imported. */
  imported: ReadonlySet<string>;
  /** Setting `reload_extra_files`: absolute paths and globs. */
  extra: string[];
  /** No worker of this generation could import the app: any new file may heal it. */
  broken: boolean;
}

/** Whether a change of this file asks for new workers. */
export function isRelevant(path: string, { imported, extra, broken }: Known): boolean {
  if (imported.has(path)) return true;
  if (extra.some((pattern) => globToRegExp(pattern).test(path))) return true;
  const name = basename(path);
  if (SWAP.test(name)) return false;
  if (CONFIGURATION.has(name)) return true;
  const extension = extname(name);
  if (TEMPLATES.has(extension) || TRANSLATIONS.has(extension)) return true;
  return broken && CODE.has(extension);
}

/** Whether `path` lies in `folder`. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`);
}
