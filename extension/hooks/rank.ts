/** Which of several app hooks is the likely one. */

import { basename, relative, sep } from 'node:path';
import type { AppHook } from './search.ts';

const ASIDE =
  /(^|[\\/])(tests?|docs?|examples?|samples?|demos?|benchmarks?|conftest\.py|test_[^\\/]*|[^\\/]*_test\.py)([\\/]|$)/;

/** Whether a path, relative to the project, is of its tests or documentation. */
export const isAside = (path: string): boolean => ASIDE.test(path);

/** What is deployed comes first, then what is named as Gunicorn expects; what is near the top. */
export function compareHooks(folder: string): (one: AppHook, other: AppHook) => number {
  return (one, other) =>
    rank(one, folder) - rank(other, folder) || one.file.localeCompare(other.file);
}

/** A command that is deployed outweighs `manage.py`, and that any name. */
function rank(hook: AppHook, folder: string): number {
  const hinted = hook.hint ? (basename(hook.hint) === 'manage.py' ? 1 : 0) : 2;
  return (
    Number(hook.blocks ?? false) * 10_000 +
    hinted * 1000 -
    Number(basename(hook.file) === 'wsgi.py') * 100 +
    nameRank(hook) * 10 +
    relative(folder, hook.file).split(sep).length
  );
}

function nameRank({ attribute, kind }: AppHook): number {
  if (kind === 'factory') return 3;
  return { application: 0, app: 1 }[attribute] ?? 2;
}

/** Those of the project that a file belongs to come first; else the order stays. */
export function nearFirst(hooks: AppHook[], file: string | undefined): AppHook[] {
  if (!file) return hooks;
  const nearness = (hook: AppHook) => {
    if (hook.file === file) return Number.POSITIVE_INFINITY;
    return relative(hook.root, file).startsWith('..') ? 0 : hook.root.length;
  };
  return [...hooks].sort((one, other) => Math.sign(nearness(other) - nearness(one)) || 0);
}
