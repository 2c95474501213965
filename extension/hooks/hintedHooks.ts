/** Brings together the app hooks that were found by reading and those that the project names. */

import { relative } from 'node:path';
import type { ProjectHint } from './hints.ts';
import { fileOf } from './modulePath.ts';
import type { AppHook } from './search.ts';

/** What a hint names is marked, or added when reading did not find it. */
export async function withHints(found: AppHook[], hints: ProjectHint[]): Promise<AppHook[]> {
  const hooks = new Map(found.map((hook) => [`${hook.root}\0${hook.app}`, hook]));
  for (const hint of hints) {
    const hook = await hinted(hint, [...hooks.values()]);
    if (!hook) continue;
    // One module under two names is one hook: the name that the project itself uses.
    for (const [key, one] of hooks) {
      if (one.file === hook.file && one.attribute === hook.attribute) hooks.delete(key);
    }
    hooks.set(`${hook.root}\0${hook.app}`, hook);
  }
  return [...hooks.values()];
}

async function hinted(hint: ProjectHint, hooks: AppHook[]): Promise<AppHook | undefined> {
  const { app, root, file, env } = hint;
  const [module = '', attribute] = app.split(':');
  const marked = { root, hint: file, ...(env && { env }) };
  const bound = await fileOf(module, root);
  if (!bound) return env ? { ...WITHOUT_FILE, ...marked, app, file } : within(hint, hooks);
  const known = hooks.filter((hook) => hook.file === bound);
  const wanted = bare(attribute ?? 'application');
  const same =
    known.find((hook) => bare(hook.attribute) === wanted) ?? (attribute ? undefined : known[0]);
  const called = attribute?.includes('(') ?? false;
  // Flask's commands call a factory themselves; Gunicorn has to be told.
  const bind = (called || same?.kind !== 'factory' ? attribute : undefined) ?? same?.attribute;
  return { ...(same ?? unread(called)), ...marked, ...named(module, bind), file: bound };
}

const named = (module: string, attribute = 'application') => ({
  attribute,
  app: `${module}:${attribute}`,
});

/** A hook that only its hint tells of. */
function unread(called: boolean): Pick<AppHook, 'kind' | 'line' | 'framework'> {
  return { kind: called ? 'factory' : 'application', line: 1, framework: 'WSGI' };
}

const WITHOUT_FILE = {
  attribute: 'get_wsgi_application()',
  kind: 'factory',
  line: 1,
  framework: 'Django',
} as const;

const bare = (attribute: string) => attribute.replace(/\(.*/, '');

/** A Dockerfile or Procfile at the top may name what lies deeper: its own steps lead there. */
function within({ app, root, file }: ProjectHint, hooks: AppHook[]): AppHook | undefined {
  const wanted = app.includes(':') ? app : `${app}:application`;
  const inside = hooks.filter((hook) => hook.app === wanted && isInside(hook.root, root));
  return inside[0] && inside.length === 1 ? { ...inside[0], hint: file } : undefined;
}

const isInside = (path: string, folder: string) => !relative(folder, path).startsWith('..');
