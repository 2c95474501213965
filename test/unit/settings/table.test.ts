/** One table: the help, the printed config, the control channel and Gunicorn's own list agree with it. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Configure } from '../../../server/arbiter/control.ts';
import { CONF_NAMES } from '../../../server/settings/confFile.ts';
import { helpText } from '../../../server/settings/help.ts';
import { mergeSettings } from '../../../server/settings/merge.ts';
import { OPTIONS } from '../../../server/settings/options.ts';
import { configText } from '../../../server/settings/printConfig.ts';
import type { ServeSettings } from '../../../server/settings/serveSettings.ts';
import { OWN, type Setting, TABLE } from '../../../server/settings/table.ts';
import { root, venvPython } from '../../support/paths.ts';

/** What the control channel says besides settings. */
type ChannelOnly = 'type' | 'directory' | 'inherit' | 'leftovers' | 'trust';

// The compiler's half of the next test: a name or a type that differs does not assign.
export const agree = (settings: ServeSettings): Omit<Configure, ChannelOnly> => settings;

test('what the workers are told are settings of the table', () => {
  const source = readFileSync(join(root, 'server/arbiter/control.ts'), 'utf8');
  const [, body = ''] = /interface Configure \{([\s\S]*?)\n\}/.exec(source) ?? [];
  const names = [...body.matchAll(/^ {2}(\w+): /gm)].map((found) => found[1] ?? '');
  const others = names.filter((name) => !(name in TABLE));
  assert.deepEqual(others.sort(), ['app', 'directory', 'inherit', 'leftovers', 'trust', 'type']);
});

test('each default is a value that its kind takes', () => {
  for (const [name, setting] of Object.entries(TABLE)) {
    const { kind, default: usual } = setting as Setting<unknown>;
    if (name !== 'panel' && name !== 'pythonpath') assert.deepEqual(kind.check(usual), usual, name);
  }
});

test('every flag belongs to one setting', () => {
  const flags = Object.values(TABLE).flatMap((setting) => [...setting.flags]);
  assert.equal(new Set(flags).size, flags.length);
  for (const flag of flags) assert.ok(OPTIONS.has(flag), flag);
});

test('the help has every flag of the table, and fits 80 columns', () => {
  const help = helpText();
  for (const line of help.split('\n')) assert.ok(line.length <= 80, line);
  for (const setting of Object.values(TABLE) as Setting<unknown>[]) {
    for (const flag of [...setting.flags, setting.negation ?? '--help']) {
      assert.match(help, new RegExp(`(^|[ ,])${flag}[, \\n]`, 'm'), flag);
    }
  }
});

test('the printed config has every setting once, sorted', () => {
  const lines = configText(mergeSettings([], {})).trimEnd().split('\n');
  const names = lines.map((line) => line.split('=')[0]?.trim());
  assert.deepEqual(names, Object.keys(TABLE).sort());
  assert.equal(new Set(lines.map((line) => line.indexOf('='))).size, 1);
});

interface GunicornSetting {
  name: string;
  flags: string[];
  /** As it prints it. */
  default: string;
}

const LIST = `
import json, os
for name in ('WEB_CONCURRENCY', 'PORT', 'FORWARDED_ALLOW_IPS'):
    os.environ.pop(name, None)
from gunicorn.config import KNOWN_SETTINGS
rows = [(kind.name, kind.cli or [], str(kind().get())) for kind in KNOWN_SETTINGS]
print(json.dumps([dict(name=n, flags=f, default=d) for n, f, d in rows]))
`;

function gunicornSettings(): GunicornSetting[] {
  return JSON.parse(execFileSync(venvPython, ['-c', LIST], { encoding: 'utf8' }));
}

test('every setting of the installed Gunicorn has its name and its flags here', () => {
  const settings = gunicornSettings();
  assert.deepEqual([...CONF_NAMES].sort(), settings.map(({ name }) => name).sort());
  for (const { name, flags } of settings) {
    for (const flag of flags) assert.equal(OPTIONS.get(flag)?.name, name, flag);
  }
});

test('the settings that are honoured have Gunicorn’s defaults', () => {
  const printed = configText(mergeSettings([], {}));
  const ours = new Map(
    printed.split('\n').map((line) => line.split(/ += /, 2) as [string, string]),
  );
  for (const { name, default: usual } of gunicornSettings()) {
    // Here `config` says which file was read.
    if (!(name in TABLE) || name === 'config') continue;
    assert.equal(ours.get(name), usual, name);
  }
});

test('Prefork’s own settings are not read from a conf file, whose names are its author’s', () => {
  for (const name of Object.keys(OWN)) assert.ok(!CONF_NAMES.includes(name), name);
});
