/** Configurations for launch.json, for the debug menu, and for F5 without any. */

import { resolve } from 'node:path';
import type * as vscode from 'vscode';
import { chooseHook } from '../hooks/choose.ts';
import { type AppHook, searchAppHooks } from '../hooks/search.ts';
import { l10n } from '../l10n.ts';
import { type Log, messageOf } from '../log.ts';
import type { ServerHost } from '../serverHost.ts';
import type { Servers } from '../servers.ts';
import { pickServer } from '../subject.ts';
import { attachTo, meant, noneSuch, type Which } from './attachable.ts';
import { type AttachConfiguration, workerTarget } from './configuration.ts';
import { initialConfigurations, launchOf } from './launchConfiguration.ts';

type Configuration = vscode.DebugConfiguration;
type Folder = vscode.WorkspaceFolder | undefined;

/** What a new launch.json holds, and what becomes of a configuration before it is started. */
export function createProvider(servers: Servers, log: Log): vscode.DebugConfigurationProvider {
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
    async resolveDebugConfigurationWithSubstitutedVariables(folder, configuration) {
      try {
        return await resolved(configuration, folder?.uri.fsPath ?? '', servers);
      } catch (error) {
        log.fail(messageOf(error));
        return undefined;
      }
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

/** @throws one line for the user: what is wrong with it */
async function resolved(
  configuration: Configuration,
  folder: string,
  servers: Servers,
): Promise<Configuration | undefined> {
  if (workerTarget({ configuration })) return configuration;
  if (configuration.request === 'launch') {
    const { name } = configuration;
    if (configuration['app']) return placed(configuration, folder);
    throw new Error(l10n.t('"{0}" in launch.json has no "app": write "module:application".', name));
  }
  const { server, cwd } = configuration as AttachConfiguration;
  const which = { ...(server && { server }), ...(cwd && { cwd: resolve(folder, cwd) }) };
  const host = await chooseMeant(servers, which);
  return host && { ...configuration, ...attachTo(host) };
}

/** Asks when it may be several. */
function chooseMeant(servers: Servers, which: Which): Promise<ServerHost | undefined> {
  const hosts = meant(servers, which);
  if (hosts.length === 0) throw new Error(noneSuch(servers, which));
  return pickServer(hosts);
}
