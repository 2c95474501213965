import type { Kind } from './kinds.ts';
import { type SettingName, type Settings, TABLE } from './table.ts';

/** `--print-config`: all settings by name, in Gunicorn's form, which is Python's. */
export function configText(settings: Settings): string {
  const names = Object.keys(TABLE).sort() as SettingName[];
  const width = Math.max(...names.map((name) => name.length));
  const show = (name: SettingName) => (TABLE[name].kind as Kind<unknown>).show(settings[name]);
  return names.map((name) => `${name.padEnd(width)} = ${show(name)}\n`).join('');
}
