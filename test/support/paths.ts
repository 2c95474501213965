/** Where things are: in the repository, and in the cache folder that the set-up fills. */

import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const serverBundle = join(root, 'dist/server.js');
export const fixtureApps = join(root, 'test/apps');
export const results = join(root, 'test-results');

/** Kept between runs, outside the repository. */
export const cacheFolder =
  process.env['PREFORK_TEST_CACHE'] ?? join(homedir(), '.cache/prefork-test');

/** Has the frameworks and database drivers that are captured, debugpy, Gunicorn, h11, ruff, mypy. */
export const venv = join(cacheFolder, 'venv');
export const venvPython = join(venv, 'bin/python');

/** Has Bottle, gevent, Gunicorn and numpy. */
export const projectsVenv = join(cacheFolder, 'projects-venv');

export const codeServerFolder = join(cacheFolder, 'code-server');

/**
 * The `node` a user has, as against the one that runs the tests: npm puts node_modules/.bin
 * first on PATH, and the server has to work with the older of the two.
 */
export function systemNode(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .find(isExecutable);
  return found ?? process.execPath;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
