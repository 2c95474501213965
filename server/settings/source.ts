/** The settings as they are now: read at the start, and again when what they come from has changed. */

import type { CommandLine } from './commandLine.ts';
import { type Resolved, resolveSettings } from './resolve.ts';
import type { ServeSettings } from './serveSettings.ts';
import type { SettingName } from './table.ts';

export interface SettingsSource {
  /**
   * Reads them, and makes the environment what the conf file makes of it.
   * @throws SettingsError with all that a person needs to put it right.
   */
  read(): Promise<Resolved>;
}

/** What is done once, when a server starts. */
const FIXED: SettingName[] = [
  'bind',
  'backlog',
  'chdir',
  'reload',
  'pidfile',
  'errorlog',
  'loglevel',
];
const TLS: SettingName[] = ['certfile', 'keyfile'];
/** No conf file says these. */
const OURS = ['bindOrigin', 'panel', 'info_file', 'history'] as const;

/** `found` is told the interpreter's path before that is seen to be of use. */
export function createSettingsSource(
  line: CommandLine,
  found: (python: string) => void,
): SettingsSource {
  const original = { ...process.env };
  let changed: Resolved['environ'] = {};

  /** As in Gunicorn, what a conf file does to `os.environ` is there for the app too. */
  const changeEnviron = (changes: Resolved['environ']): void => {
    for (const name of Object.keys(changed)) setVariable(name, original[name] ?? null);
    for (const [name, value] of Object.entries(changes)) setVariable(name, value);
    changed = changes;
  };
  return {
    read: async () => {
      const resolved = await resolveSettings(line, original, found);
      changeEnviron(resolved.environ);
      return resolved;
    },
  };
}

function setVariable(name: string, value: string | null): void {
  if (value === null) delete process.env[name];
  else process.env[name] = value;
}

export interface Takeover {
  /** What can be taken over while the server runs; the rest as it was. */
  settings: ServeSettings;
  /** Names of the settings that would need a new start. */
  fixed: string[];
}

/** What of newly read settings a running server can take over. */
export function takeOver(current: ServeSettings, read: ServeSettings): Takeover {
  const differs = (name: SettingName): boolean =>
    JSON.stringify(current[name]) !== JSON.stringify(read[name]);
  const lasting: SettingName[] = isSecure(current) === isSecure(read) ? FIXED : [...FIXED, ...TLS];
  const kept = Object.fromEntries([...lasting, ...OURS].map((name) => [name, current[name]]));
  return { settings: { ...read, ...kept }, fixed: lasting.filter(differs) };
}

/** Whether https is served: certificates may be others, but the addresses stay what they are. */
function isSecure({ certfile, keyfile }: ServeSettings): boolean {
  return Boolean(certfile || keyfile);
}
