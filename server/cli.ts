/** The command `prefork`: argv → settings → serve. */

import { createEarlyPython } from './arbiter/earlyPython.ts';
import { preloadFile } from './arbiter/preloadFile.ts';
import { describeList } from './arbiter/preloading.ts';
import { runClient } from './client/client.ts';
import { isClientCommand } from './client/commandLine.ts';
import { serve } from './serve.ts';
import { checkApp } from './settings/appCheck.ts';
import { parseCommandLine } from './settings/commandLine.ts';
import { helpText } from './settings/help.ts';
import { configText } from './settings/printConfig.ts';
import { preloadText } from './settings/printPreload.ts';
import type { Resolved } from './settings/resolve.ts';
import { SettingsError } from './settings/settingsError.ts';
import { createSettingsSource } from './settings/source.ts';
import { VERSION } from './version.ts';
import { workerFolder } from './workerFolder.ts';

const early = createEarlyPython(workerFolder);

async function main(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  if (isClientCommand(first)) return runClient(first, rest);
  const line = parseCommandLine(argv);
  if (line.help) return print(helpText());
  if (line.version) return print(`prefork (version ${VERSION})\n`);

  const source = createSettingsSource(line, early.start);
  const resolved = await source.read();
  if (parentIsGone()) return 0;
  if (resolved.settings.print_preload) return printPreload(resolved);
  return resolved.settings.check_config || resolved.settings.print_config
    ? check(resolved)
    : (await serve(resolved.serve, source, early)).closed;
}

/** Whoever started this, with an IPC channel, went before the server was there to notice. */
function parentIsGone(): boolean {
  return process.send !== undefined && !process.connected;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function printPreload({ serve }: Resolved): number {
  const file = preloadFile(serve, (_, message) => console.error(`prefork: ${message}`));
  const list = file.read();
  return print(preloadText(file.path, list && describeList(list, file.path)));
}

async function check({ settings, serve }: Resolved): Promise<number> {
  for (const notice of serve.notices) console.error(`prefork: ${notice}`);
  if (settings.print_config) print(configText(settings));
  return checkApp(serve);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(`prefork: error: ${error.message}`);
  process.exitCode = error.exitCode;
} finally {
  early.drop();
  // An IPC channel that is listened to would keep this process alive.
  if (process.connected) process.disconnect();
}
