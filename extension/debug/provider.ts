/** Configurations for launch.json, for the debug menu, and for F5 without any. */

import { relative } from 'node:path';
import type * as vscode from 'vscode';
import { chooseHook } from '../hooks/choose.ts';
import { type AppHook, searchAppHooks } from '../hooks/search.ts';
import { l10n } from '../l10n.ts';
import { type Log, messageOf } from '../log.ts';
import type { ServerHost } from '../serverHost.ts';
import { DEBUG_TYPE, type LaunchConfiguration, workerTarget } from './configuration.ts';

type Configuration = vscode.DebugConfiguration;
type Folder = vscode.WorkspaceFolder | undefined;

export function createProvider(host: ServerHost, log: Log): vscode.DebugConfigurationProvider {
  return {
    async provideDebugConfigurations(folder) {
      const hooks = folder ? await searchAppHooks(folder.uri.fsPath) : [];
      return hooks.map((hook) => launchOf(hook, folder));
    },
    async resolveDebugConfiguration(folder, configuration) {
      try {
        return configuration.request ? configuration : await withoutConfiguration(folder);
      } catch (error) {
        log.fail(messageOf(error));
        return undefined;
      }
    },
    resolveDebugConfigurationWithSubstitutedVariables(folder, configuration) {
      const problem = problemOf(configuration, host);
      if (!problem) return { ...configuration, cwd: configuration['cwd'] ?? folder?.uri.fsPath };
      log.fail(problem);
      return undefined;
    },
  };
}

/** F5 in a project without launch.json. */
async function withoutConfiguration(folder: Folder): Promise<Configuration | undefined> {
  const hook = await chooseHook();
  return hook && launchOf(hook, folder);
}

function launchOf(hook: AppHook, folder: Folder): LaunchConfiguration {
  return {
    name: `Prefork: ${hook.app}`,
    type: DEBUG_TYPE,
    request: 'launch',
    app: hook.app,
    cwd: inFolder(hook.root, folder),
    ...(hook.env ? { env: hook.env } : {}),
    ...(hook.framework === 'Django' ? { django: true } : {}),
    ...(hook.framework === 'Flask' ? { jinja: true } : {}),
  };
}

/** `${workspaceFolder}/backend`, so that launch.json can be shared; absolute when elsewhere. */
function inFolder(root: string, folder: Folder): string {
  if (!folder) return root;
  const path = relative(folder.uri.fsPath, root);
  if (path.startsWith('..')) return root;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of launch.json
  return ['${workspaceFolder}', path].filter(Boolean).join('/');
}

function problemOf(configuration: Configuration, host: ServerHost): string | undefined {
  if (workerTarget({ configuration })) return undefined;
  if (configuration.request === 'launch') {
    if (configuration['app']) return undefined;
    const { name } = configuration;
    return l10n.t('"{0}" in launch.json has no "app": write "module:application".', name);
  }
  if (host.server) return undefined;
  return l10n.t('No server is running to attach to. Start one with "Prefork: Start Server".');
}
