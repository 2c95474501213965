/** Configurations for launch.json, for the debug menu, and for F5 without any. */

import { resolve } from 'node:path';
import type * as vscode from 'vscode';
import { chooseHook } from '../hooks/choose.ts';
import { type AppHook, searchAppHooks } from '../hooks/search.ts';
import { l10n } from '../l10n.ts';
import { type Log, messageOf } from '../log.ts';
import type { ServerHost } from '../serverHost.ts';
import { workerTarget } from './configuration.ts';
import { initialConfigurations, launchOf } from './launchConfiguration.ts';

type Configuration = vscode.DebugConfiguration;
type Folder = vscode.WorkspaceFolder | undefined;

/** What a new launch.json holds, and what becomes of a configuration before it is started. */
export function createProvider(host: ServerHost, log: Log): vscode.DebugConfigurationProvider {
  return {
    provideDebugConfigurations: async (folder) =>
      initialConfigurations(await hooksOf(folder), folder?.uri.fsPath),
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
      if (!problem) return placed(configuration, folder?.uri.fsPath ?? '');
      log.fail(problem);
      return undefined;
    },
  };
}

/** What the debug menu offers without any launch.json: one for each app hook. */
export const dynamicProvider: vscode.DebugConfigurationProvider = {
  provideDebugConfigurations: async (folder) =>
    (await hooksOf(folder)).map((hook) => launchOf(hook, folder?.uri.fsPath)),
};

async function hooksOf(folder: Folder): Promise<AppHook[]> {
  return folder ? searchAppHooks(folder.uri.fsPath) : [];
}

/** Paths are relative to the workspace folder. */
function placed(configuration: Configuration, folder: string): Configuration {
  const { cwd = '', envFile } = configuration as { cwd?: string; envFile?: string };
  return {
    ...configuration,
    cwd: resolve(folder, cwd),
    ...(envFile && { envFile: resolve(folder, envFile) }),
  };
}

/** F5 in a project without launch.json. */
async function withoutConfiguration(folder: Folder): Promise<Configuration | undefined> {
  const hook = await chooseHook();
  return hook && launchOf(hook, folder?.uri.fsPath);
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
