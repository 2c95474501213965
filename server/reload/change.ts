/** What a changed file means: a new generation of the code, or nothing. */

import { basename, dirname, extname, isAbsolute, relative, sep } from 'node:path';
import { globToRegExp } from './glob.ts';

const CODE = new Set(['.py', '.so', '.pyd']);
/** Kept in memory by one framework or another (Django's cached loader, Flask's outside of debug). */
const TEMPLATES = new Set(['.html', '.htm', '.jinja', '.jinja2', '.j2', '.tpl', '.stpl', '.mako']);
/** Whatever lies in one of these is a template, but for code. */
const TEMPLATE_FOLDERS = new Set(['templates', 'jinja2']);
/** What lies in these is served, uploaded or generated: it is never a template. */
const SERVED = new Set(['static', 'staticfiles', 'media', 'uploads', 'htmlcov', '_build']);
const TRANSLATIONS = new Set(['.mo']);
/** Read once, when the app is imported: `.env`, `.env.local`, `.flaskenv`. */
const ENVIRONMENT = /^\.(env(\..+)?|flaskenv)$/;

const IGNORED_FOLDERS = new Set(['node_modules', '__pycache__', 'site-packages']);
/** Editors' swap, backup and lock files. */
const SWAP = /^(\.#.*|#.*#|.*~|.*\.sw[a-p]|.*\.kate-swp|\._.*|4913|.*\.tmp|.*___jb_\w+___)$/;

/** Whether a file is read by requests rather than when the app is imported. */
export const isReadLate = (path: string): boolean =>
  TEMPLATES.has(extname(path)) || TRANSLATIONS.has(extname(path));

/** Whether a folder below the root is never looked into. Hidden folders are tools' own. */
export function isIgnoredFolder(path: string): boolean {
  const name = basename(path);
  return IGNORED_FOLDERS.has(name) || (name.startsWith('.') && name.length > 1);
}

export interface Known {
  root: string;
  /** User files that the app has imported. */
  imported: ReadonlySet<string>;
  /** Where modules were looked for and not found: absolute paths without an extension. */
  missed: ReadonlySet<string>;
  /** The conf file, and setting `reload_extra_files`: absolute paths and globs. */
  extra: string[];
  /** No worker of this generation could import the app: any new file may heal it. */
  broken: boolean;
}

/** Whether a change of this file asks for new workers. */
export function isRelevant(path: string, known: Known): boolean {
  if (known.imported.has(path)) return true;
  if (known.extra.some((pattern) => globToRegExp(pattern).test(path))) return true;
  const name = basename(path);
  if (SWAP.test(name)) return false;
  if (CODE.has(extname(name))) return known.broken || isMissing(path, known);
  return isData(path, known.root);
}

/** Whether it is a file that an app reads once and keeps: a template, a translation, an environment. */
export function isData(path: string, root: string): boolean {
  const name = basename(path);
  if (ENVIRONMENT.test(name) || TRANSLATIONS.has(extname(name))) return true;
  const folders = relative(root, dirname(path)).split(sep);
  if (folders.some((folder) => SERVED.has(folder))) return false;
  return TEMPLATES.has(extname(name)) || folders.some((folder) => TEMPLATE_FOLDERS.has(folder));
}

/** Whether an import that found nothing, or a module instead of this package, would now find it. */
function isMissing(path: string, { imported, missed }: Known): boolean {
  const folder = dirname(path);
  if (basename(path) === '__init__.py' && imported.has(`${folder}.py`)) return true;
  const module = path.slice(0, path.indexOf('.', folder.length + 1));
  return missed.has(module) || isBelow(folder, missed);
}

function isBelow(folder: string, places: ReadonlySet<string>): boolean {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    if (places.has(at)) return true;
  }
  return false;
}

/** Whether `path` lies in `folder`. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`);
}
