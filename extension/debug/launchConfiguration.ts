/** Launch configurations for the app hooks that were found: for launch.json, and for F5 without one. */

import { relative } from 'node:path';
import type { AppHook } from '../hooks/search.ts';
import { DEBUG_TYPE, type LaunchConfiguration } from './configuration.ts';

/** @param folder the workspace folder's path */
export function launchOf(hook: AppHook, folder: string | undefined): LaunchConfiguration {
  const cwd = inFolder(hook.root, folder);
  return {
    name: nameOf(hook, folder),
    type: DEBUG_TYPE,
    request: 'launch',
    app: hook.app,
    cwd,
    ...(hook.env && { env: hook.env }),
    ...(hook.framework === 'Django' && { django: true }),
    ...(hook.framework === 'Flask' && { jinja: true }),
  };
}

/** Several projects may well have a `wsgi:application` each. */
function nameOf({ app, root }: AppHook, folder: string | undefined): string {
  const inner = folder ? relative(folder, root) : '';
  return inner && !inner.startsWith('..') ? `Prefork: ${app} (${inner})` : `Prefork: ${app}`;
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of launch.json
const FOLDER = '${workspaceFolder}';

/** `${workspaceFolder}/backend`, so that launch.json can be shared; absolute when elsewhere. */
function inFolder(root: string, folder: string | undefined): string {
  if (!folder) return root;
  const path = relative(folder, root);
  if (path.startsWith('..')) return root;
  return [FOLDER, path].filter(Boolean).join('/');
}

/** What a new launch.json holds; something to edit when no hook was found. */
export function initialConfigurations(
  hooks: AppHook[],
  folder: string | undefined,
): LaunchConfiguration[] {
  const configurations = hooks.map((hook) => launchOf(hook, folder));
  if (configurations.length > 0) return configurations;
  const app = 'wsgi:application';
  return [{ name: `Prefork: ${app}`, type: DEBUG_TYPE, request: 'launch', app, cwd: FOLDER }];
}
