/** Between a Python file and the dotted name that it is imported by. */

import { access } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

/**
 * A module's dotted name and the folder it starts from: up while there is an `__init__.py`, or to
 * the project that it lies in (Django's needs none).
 * @param within no folder above this one
 */
export async function moduleOf(file: string, within: string, roots: ReadonlySet<string>) {
  let root = dirname(file);
  while (!roots.has(root) && root !== within && (await exists(join(root, '__init__.py')))) {
    root = dirname(root);
  }
  const parts = relative(root, file).replace(/\.py$/, '').split(sep);
  if (parts.length > 1 && parts.at(-1) === '__init__') parts.pop();
  return { root, module: parts.join('.') };
}

/** Whether there is such a file. */
export const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** The file of a module that is imported from `root`; undefined when there is none. */
export async function fileOf(module: string, root: string): Promise<string | undefined> {
  const path = join(root, ...module.split('.'));
  for (const file of [`${path}.py`, join(path, '__init__.py')]) {
    if (await exists(file)) return file;
  }
  return undefined;
}
