/**
 * What is done about a change, beyond a new generation: settings are read anew, and what only a new
 * process can take up (settings, environment, libraries, interpreter) gets a new zygote.
 */

import { randomBytes } from 'node:crypto';
import { env } from 'node:process';
import type { Arbiter } from './arbiter/arbiter.ts';
import type { Log } from './log.ts';
import type { ServeSettings } from './settings/serveSettings.ts';
import { SettingsError } from './settings/settingsError.ts';
import { type SettingsSource, takeOver } from './settings/source.ts';
import { type Journal, now } from './stream/events.ts';

export interface Renewal {
  /** Gunicorn's HUP: the settings are read anew, and there is a new generation either way. */
  hangUp(): Promise<void>;
  /** These files have changed. Resolves when no answer comes from the old code any more. */
  changed(files: string[], noticed: number): Promise<void>;
  /** A package was installed, removed or edited (these files of it), or the interpreter is another. */
  reinstalled(files?: string[]): Promise<void>;
}

export interface RenewalOptions {
  arbiter: Arbiter;
  source: SettingsSource;
  journal: Journal;
  log: Log;
}

type Reload = Parameters<Arbiter['reload']>;

export function createRenewal({ arbiter, source, journal, log }: RenewalOptions): Renewal {
  let running = Promise.resolve();

  /** Takes over what can be. Gives whether a process that is made from it would be another. */
  const readSettings = async (): Promise<boolean> => {
    const before = fingerprint(arbiter.settings);
    const { serve: read } = await source.read();
    const { settings, fixed } = takeOver(arbiter.settings, read);
    if (fixed.length > 0)
      log('warning', `Restart for ${fixed.join(', ')}: not changed at a reload`);
    for (const notice of settings.notices) {
      if (!arbiter.settings.notices.includes(notice)) log('warning', notice);
    }
    Object.assign(arbiter.settings, settings);
    return fingerprint(settings) !== before;
  };

  const reread = async (isNew: boolean, reload: Reload): Promise<void> => {
    const fault = await readSettings().then(
      (differs) => {
        void (differs || isNew || arbiter.outdated
          ? arbiter.renew(...reload)
          : arbiter.reload(...reload));
      },
      (error: unknown) => faultOf(error),
    );
    if (fault) void refuse(fault, reload);
  };

  /** The old settings go on. In dev mode workers run the conf file, too, and say what it raises. */
  const refuse = async (fault: SettingsError, reload: Reload): Promise<void> => {
    log('error', `${fault.message}; the settings stay as they were`);
    if (!arbiter.settings.reload) return;
    const outcome = await arbiter.reload(...reload);
    if (outcome?.ready) journal({ type: 'exception', time: now(), ...describe(fault) });
  };

  /** One after another. */
  const enqueue = (work: () => Promise<void>): Promise<void> => {
    running = running.then(work).catch((error: Error) => log('error', error.message));
    return running;
  };

  return {
    hangUp: () => enqueue(() => reread(false, ['signal'])),
    reinstalled: async (files = []) => {
      await enqueue(() => reread(true, ['environment', files]));
      await arbiter.acknowledged();
    },
    changed: async (files, noticed) => {
      if (files.includes(arbiter.settings.confFile)) {
        await enqueue(() => reread(false, ['environment', files, noticed]));
      } else void arbiter.reload('code', files, noticed);
      await arbiter.acknowledged();
    },
  };
}

function faultOf(error: unknown): SettingsError {
  if (error instanceof SettingsError) return error;
  throw error;
}

/** All that a worker's process is made from. */
function fingerprint(settings: ServeSettings): string {
  return JSON.stringify([settings, Object.entries(env).sort()]);
}

/** As a Problem at its line, if it names one. */
function describe({ name, message }: SettingsError) {
  const [, file, line] = /^(.+?):(\d+): /.exec(message) ?? [];
  const location = file && { 'code.file.path': file, 'code.line.number': Number(line) };
  return {
    exception: randomBytes(8).toString('hex'),
    kind: 'import' as const,
    'exception.type': name,
    'exception.message': message,
    'exception.stacktrace': message,
    frames: [],
    ...(location && { location }),
  };
}
