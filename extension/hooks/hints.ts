/** What a project's own files say of its app hook: how it is deployed is how it is to be served. */

import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Hint, hintsIn } from './commandHint.ts';
import { inParallel } from './projectFiles.ts';

/** An app hook that a file names, and the folder that it is imported from. */
export interface ProjectHint {
  app: string;
  /** Absolute. */
  root: string;
  /** The file that says so; absolute. */
  file: string;
  /** What the app needs to know to be imported, by name. */
  env?: Record<string, string>;
}

const SIZE = 65_536;

export async function projectHints(files: string[]): Promise<ProjectHint[]> {
  return (await inParallel(files, hintsOf)).flat();
}

async function hintsOf(file: string): Promise<ProjectHint[]> {
  const text = (await readFile(file, 'utf8').catch(() => '')).slice(0, SIZE);
  const folder = dirname(file);
  const name = basename(file);
  if (name === 'manage.py') return djangoHints(text, file);
  const hints = name.endsWith('.py') ? confHints(text) : hintsIn(text);
  return hints.map(({ app, folder: inner }) => ({ app, root: resolve(folder, inner ?? ''), file }));
}

/** `gunicorn.conf.py` is read, not run: only what is written out counts. */
function confHints(text: string): Hint[] {
  const written = (name: string) =>
    new RegExp(`^${name}\\s*=\\s*(["'])([^"']+)\\1`, 'm').exec(text)?.[2];
  const app = written('wsgi_app');
  const folder = written('chdir');
  return app ? [{ app, ...(folder ? { folder } : {}) }] : [];
}

const SETTINGS = /DJANGO_SETTINGS_MODULE["']?\s*[,\]=]+\s*["']([\w.]+)["']/;

/** `project.settings`, or `config.settings.local`, lies in the package whose `wsgi.py` it is. */
async function djangoHints(text: string, file: string): Promise<ProjectHint[]> {
  const settings = SETTINGS.exec(text)?.[1];
  if (!settings) return [];
  const root = dirname(file);
  const parents = settings.split('.').slice(0, -1);
  for (let depth = parents.length; depth > 0; depth--) {
    const module = [...parents.slice(0, depth), 'wsgi'];
    const source = await readFile(`${join(root, ...module)}.py`, 'utf8').catch(() => undefined);
    if (source !== undefined) return [{ app: `${module.join('.')}:application`, root, file }];
  }
  // What `runserver` serves when the project has no wsgi.py.
  const env = { DJANGO_SETTINGS_MODULE: settings };
  return [{ app: 'django.core.wsgi:get_wsgi_application()', root, file, env }];
}
