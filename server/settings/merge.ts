/**
 * Merges what was said where: defaults, then the conf file, then GUNICORN_CMD_ARGS, then the
 * command line; the later wins. Each layer is checked even where a later one overrides it.
 */

import { type ConfFile, place } from './confFile.ts';
import { IGNORED, IGNORED_HOOKS, WORKER_HOOKS } from './ignored.ts';
import type { Kind } from './kinds.ts';
import { pythonRepr } from './pythonText.ts';
import { CONFIG_ERROR, SettingsError, USAGE_ERROR } from './settingsError.ts';
import { type Setting, type SettingName, type Settings, TABLE } from './table.ts';

/** What one source said, by setting name. */
export interface Layer {
  values: Readonly<Record<string, unknown>>;
  /** Where it said that: `gunicorn.conf.py:12: workers`, `argument -w/--workers`. */
  where(name: string): string;
  exitCode: number;
}

export function commandLineLayer(values: Layer['values'], prefix = ''): Layer {
  const where = (name: string) => `${prefix}argument ${flagsOf(name)}`;
  return { values, where, exitCode: USAGE_ERROR };
}

export function confFileLayer({ file, values, lines }: ConfFile): Layer {
  const where = (name: string) => `${place({ file, line: lines[name] ?? null })}: ${name}`;
  return { values, where, exitCode: CONFIG_ERROR };
}

type Environ = Readonly<Record<string, string | undefined>>;

/** @throws SettingsError for the first value that a setting cannot have. */
export function mergeSettings(layers: readonly Layer[], environ: Environ): Settings {
  const said: Partial<Settings> = Object.assign({}, ...layers.map(checkLayer));
  const dev = said.dev ?? TABLE.dev.default;
  return { ...defaults(dev), ...environDefaults(environ, dev), ...said };
}

/** One sentence for each thing that was asked for and that nothing here does. */
export function noticesOf(layers: readonly Layer[], settings: Settings): string[] {
  const asked = Object.assign({}, ...layers.map((layer) => layer.values));
  const names = Object.keys(asked).filter((name) => asksForSomething(asked[name]));
  const ignored = names.filter((name) => IGNORED.has(name) || IGNORED_HOOKS.includes(name));
  const notices = ignored.map((name) => `${name} is accepted and has no effect here`);
  if (settings.preload_app && settings.reload) {
    notices.push('preload_app has no effect with reload, which preloads libraries, never the app');
  }
  if (isOwnWorker(settings.worker_class)) return notices;
  return [...notices, `worker_class ${settings.worker_class} is accepted and has no effect here`];
}

/** Where a setting's value comes from; `otherwise` names the environment, if that gives one. */
export function originOf(name: SettingName, layers: readonly Layer[], otherwise = ''): string {
  const layer = layers.findLast(({ values }) => Object.hasOwn(values, name));
  return layer?.where(name) ?? (otherwise || 'the default');
}

function asksForSomething(value: unknown): boolean {
  return value !== null && value !== false && value !== '';
}

/** Both of Gunicorn's plain classes are ours, which has threads or has none. */
function isOwnWorker(name: string): boolean {
  return /^(sync|gthread)$|^gunicorn\.workers\.(sync\.SyncWorker|gthread\.ThreadWorker)$/.test(
    name,
  );
}

function checkLayer(layer: Layer): Partial<Settings> {
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(layer.values)) {
    try {
      if (isSetting(name)) checked[name] = (TABLE[name].kind as Kind<unknown>).check(value);
      else if (isHook(name)) checkHook(value);
    } catch (error) {
      throw new SettingsError(`${layer.where(name)}: ${(error as Error).message}`, layer.exitCode);
    }
  }
  return checked as Partial<Settings>;
}

function isSetting(name: string): name is SettingName {
  return Object.hasOwn(TABLE, name);
}

function isHook(name: string): boolean {
  return WORKER_HOOKS.includes(name) || IGNORED_HOOKS.includes(name);
}

/** A callable, or `package.module.name` of one. */
function checkHook(value: unknown): void {
  const callable = typeof value === 'object' && value !== null && '$callable' in value;
  const named = typeof value === 'string' && value.includes('.');
  if (!callable && !named) throw new Error(`not callable: ${pythonRepr(value)}`);
}

function defaults(dev: boolean): Settings {
  const value = (setting: Setting<unknown>) =>
    dev && setting.dev !== undefined ? setting.dev : setting.default;
  const entries = Object.entries(TABLE).map(([name, setting]) => [
    name,
    value(setting as Setting<unknown>),
  ]);
  return Object.fromEntries(entries) as Settings;
}

/** What Gunicorn takes from the environment where nothing else says it. */
function environDefaults(environ: Environ, dev: boolean): Partial<Settings> {
  const { WEB_CONCURRENCY: workers, PORT: port, FORWARDED_ALLOW_IPS: trusted } = environ;
  // In dev mode it is for this machine alone, whatever a platform's variable says.
  const host = dev ? '127.0.0.1' : '0.0.0.0';
  return {
    ...(workers && { workers: fromEnviron('WEB_CONCURRENCY', TABLE.workers.kind, workers) }),
    ...(port && { bind: fromEnviron('PORT', TABLE.bind.kind, `${host}:${port}`) }),
    ...(trusted !== undefined && {
      forwarded_allow_ips: fromEnviron(
        'FORWARDED_ALLOW_IPS',
        TABLE.forwarded_allow_ips.kind,
        trusted,
      ),
    }),
  };
}

function fromEnviron<Value>(variable: string, kind: Kind<Value>, value: string): Value {
  try {
    return kind.check(value);
  } catch (error) {
    throw new SettingsError(`environment variable ${variable}: ${(error as Error).message}`);
  }
}

function flagsOf(name: string): string {
  return isSetting(name) ? TABLE[name].flags.join('/') : name;
}
