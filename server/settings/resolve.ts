/** From a command line and its surroundings to what the server is started with. */

import { resolve } from 'node:path';
import { formatAddress, parseAddress } from './address.ts';
import { type CommandLine, parseCommandLine } from './commandLine.ts';
import { type ConfFile, DEFAULT_CONF_FILE, locateConfFile, readConfFile } from './confFile.ts';
import { findInterpreter } from './interpreter.ts';
import {
  commandLineLayer,
  confFileLayer,
  type Layer,
  mergeSettings,
  noticesOf,
  originOf,
} from './merge.ts';
import type { Interpreter, ServeSettings } from './serveSettings.ts';
import { SettingsError, USAGE_ERROR } from './settingsError.ts';
import { shellWords } from './shellWords.ts';
import type { Settings } from './table.ts';

type Environ = Readonly<Record<string, string | undefined>>;

export interface Resolved {
  /** As they were said, for `--print-config`. */
  settings: Settings;
  /** As they are to be used. */
  serve: ServeSettings;
  /** What the conf file did to the environment, which the app's processes inherit. */
  environ: ConfFile['environ'];
}

/** @throws SettingsError with all that a person needs to put it right. */
export async function resolveSettings(
  line: CommandLine,
  environ: Environ,
  found?: (python: string) => void,
): Promise<Resolved> {
  const above = [environLayer(environ), commandLineLayer(line.written)];
  const early = mergeSettings(above, environ);
  const config = locateConfFile(early.config);
  if (config === null) requireApp(line, early);

  const interpreter = await interpreterFor(early, environ, found);
  const conf = config === null ? null : await readConfFile(interpreter.executable, config, environ);
  const layers = conf ? [confFileLayer(conf), ...above] : above;
  const settings = { ...mergeSettings(layers, environ), config };
  const serve = {
    ...effective(settings),
    app: requireApp(line, settings),
    // Only a conf file that changes the folder can change which environment is the project's.
    interpreter:
      settings.chdir === early.chdir ? interpreter : await interpreterFor(settings, environ),
    confFile: conf?.file ?? resolve(DEFAULT_CONF_FILE),
    bindOrigin: originOf('bind', layers, environ['PORT'] && 'environment variable PORT'),
    notices: noticesOf(layers, settings),
  };
  return { settings, serve, environ: conf?.environ ?? {} };
}

function environLayer(environ: Environ): Layer {
  const variable = 'GUNICORN_CMD_ARGS';
  try {
    const { written } = parseCommandLine(shellWords(environ[variable] ?? ''));
    return commandLineLayer(written, `${variable}: `);
  } catch (error) {
    throw new SettingsError(`${variable}: ${(error as Error).message}`, USAGE_ERROR);
  }
}

function requireApp(line: CommandLine, settings: Settings): string {
  const app = line.app ?? settings.wsgi_app;
  if (app) return app;
  throw new SettingsError('No application module specified. Name it: prefork module:application');
}

function interpreterFor(
  { python, chdir }: Settings,
  environ: Environ,
  found?: (python: string) => void,
): Promise<Interpreter> {
  const folders = [...new Set([chdir, process.cwd()])];
  return findInterpreter({ python, folders, environ }, found);
}

/** The same settings with one form for each address and path: see {@link ServeSettings}. */
function effective(settings: Settings): Settings {
  const inside = (path: string) => resolve(settings.chdir, path);
  const file = (path: string) => (path === '-' ? path : inside(path));
  const orNull = (path: string | null) => path && file(path);
  return {
    ...settings,
    bind: settings.bind.map((address) => effectiveAddress(address, settings.chdir)),
    pythonpath: settings.pythonpath.map(inside),
    reload_extra_files: settings.reload_extra_files.map(inside),
    pidfile: orNull(settings.pidfile),
    accesslog: orNull(settings.accesslog),
    certfile: orNull(settings.certfile),
    keyfile: orNull(settings.keyfile),
    ca_certs: orNull(settings.ca_certs),
    errorlog: file(settings.errorlog),
    info_file: settings.info_file && resolve(settings.info_file),
    history: settings.history && resolve(settings.history),
  };
}

function effectiveAddress(text: string, chdir: string): string {
  const address = parseAddress(text);
  if (address.type !== 'unix') return formatAddress(address);
  return formatAddress({ ...address, path: resolve(chdir, address.path) });
}
