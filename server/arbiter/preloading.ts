/**
 * Preloading: the library modules that the app was seen to import are what the zygote imports ahead,
 * so that the next generation's workers import user code only. What was learned is kept in a file,
 * and imported before the first fork of the next start.
 */

import type { Log } from '../log.ts';
import type { Preload } from '../stream/protocol.ts';
import type { Imported, Trust, ZygoteCommand, ZygoteReport } from './control.ts';
import type { PreloadFile, PreloadList } from './preloadFile.ts';
import { staysCold } from './staysCold.ts';

type Preloaded = Extract<ZygoteReport, { type: 'preloaded' }>;

/** Milliseconds. */
const SOON = 500;

const PATCHED = 'the app patches the standard library, as gevent does';

export interface PreloadingOptions {
  file: PreloadFile;
  log: Log;
  send(command: ZygoteCommand): void;
  /** The zygote holds what it must not hold: another one is to take its place. */
  renew(): void;
}

export interface Preloading {
  /** What the first zygote is to import before it forks: an earlier start has proven it. */
  readonly trusted: Trust | null;
  /** All that is known, for a person to see. */
  readonly state: Preload;
  /** What a worker imported. */
  learn(imported: Imported): void;
  /** A worker has imported the app, which patches nothing. */
  unpatched(): void;
  /** Asks the zygote for what is new; nothing when there is nothing new. */
  ask(): void;
  /** The same, when what a first request imports has come together. */
  askSoon(): void;
  settle(report: Preloaded): void;
  /** A new zygote has preloaded nothing yet. `trusting`: it is to import what was proven, first of all. */
  startAgain(trusting?: boolean): void;
}

const nothing = (): PreloadList => ({
  learned: Date.now(),
  modules: {},
  leftOut: {},
  variables: {},
  fingerprint: '',
  off: null,
});

export function createPreloading({ file, log, send, renew }: PreloadingOptions): Preloading {
  let list = file.read() ?? nothing();
  let trust = trustIn(list);
  const known = new Set(Object.keys(list.modules));
  const loaded = new Set<string>();
  const written = new Set<string>();
  let preloaded = new Set<string>();
  let trying = trust !== null;
  let soon: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Immediate | undefined;

  const wanted = (): string[] =>
    [...known].filter((name) => !preloaded.has(name) && !(name in list.leftOut));

  const ask = (): void => {
    const modules = wanted();
    if (trying || list.off || modules.length === 0) return;
    trying = true;
    send({
      type: 'preload',
      modules,
      loaded: [...loaded].filter((name) => !(name in list.leftOut)),
      written: [...written],
      variables: [...new Set(Object.values(list.variables).flat())],
    });
  };

  const startAgain = (trusting = false): void => {
    preloaded = new Set();
    trust = trusting ? trustIn(list) : null;
    trying = trust !== null;
  };

  /** Once for all that one report says. */
  const renewSoon = (): void => {
    clearImmediate(renewal);
    renewal = setImmediate(renew);
  };

  /** What was preloaded and must not be any more, with the reason. */
  const leaveOut = (reasons: Record<string, string>): void => {
    const held = Object.keys(reasons).some((name) => preloaded.has(name));
    Object.assign(list.leftOut, reasons);
    for (const name of Object.keys(reasons)) delete list.modules[name];
    if (held) renewSoon();
  };

  const setPatched = (isPatched: boolean): void => {
    if (isPatched === (list.off !== null)) return;
    list.off = isPatched ? PATCHED : null;
    file.write(list);
    if (isPatched) log('info', `Nothing is preloaded: ${PATCHED}`);
    if (isPatched && preloaded.size > 0) renewSoon();
  };

  return {
    get trusted() {
      return trust;
    },
    get state() {
      const held = Object.entries(list.modules).filter(([name]) => preloaded.has(name));
      return describeList({ ...list, modules: Object.fromEntries(held) }, file.path);
    },
    learn: (imported) => {
      for (const name of imported.preloadable) known.add(name);
      for (const name of imported.loaded) loaded.add(name);
      for (const name of imported.written) written.add(name);
      if (imported.patched) setPatched(true);
      leaveOut({
        ...imported.left_out,
        ...staysCold(imported.preloadable),
        ...readEarly(list.variables, written),
      });
    },
    unpatched: () => setPatched(false),
    ask,
    askSoon: () => {
      clearTimeout(soon);
      soon = setTimeout(ask, SOON);
      soon.unref();
    },
    settle: (report) => {
      describe(report, log);
      trying = false;
      if (report.outdated || '' in report.spoilt) {
        list = nothing();
        known.clear();
      } else {
        for (const name of Object.keys(report.modules)) preloaded.add(name);
        Object.assign(list.modules, report.modules);
        Object.assign(list.variables, report.variables);
        list.fingerprint = report.fingerprint;
        leaveOut({ ...report.rejected, ...report.spoilt });
      }
      if (Object.keys(report.spoilt).length > 0) renewSoon();
      file.write(list);
    },
    startAgain,
  };
}

function trustIn({ off, modules, variables, fingerprint }: PreloadList): Trust | null {
  const names = Object.keys(modules);
  return off || names.length === 0 ? null : { modules: names, variables, fingerprint };
}

/** What would read a variable before the app has set it. */
function readEarly(
  variables: Record<string, string[]>,
  written: ReadonlySet<string>,
): Record<string, string> {
  const reasons = Object.entries(variables).map(([module, names]) => {
    const early = names.find((name) => written.has(name));
    return early ? [[module, `reads ${early}, which the app sets`]] : [];
  });
  return Object.fromEntries(reasons.flat());
}

/** For a person. */
export function describeList(list: PreloadList, path: string): Preload {
  const modules = Object.entries(list.modules).map(([module, cost]) => ({ module, cost }));
  const leftOut = Object.entries(list.leftOut).map(([module, reason]) => ({ module, reason }));
  return { file: path, off: list.off, modules, left_out: leftOut };
}

function describe({ modules, rejected, spoilt, duration, outdated }: Preloaded, log: Log): void {
  if (outdated) log('debug', 'What was preloaded last time is outdated, and learned anew');
  const count = Object.keys(modules).length;
  log('debug', `Preloaded ${count} library modules in ${Math.round(duration / 1000)} ms`);
  for (const [name, why] of Object.entries(rejected))
    log('debug', `Not preloaded: ${name}: ${why}`);
  for (const [name, why] of Object.entries(spoilt))
    log('warning', `Importing ${name || 'modules'} ahead has gone wrong: ${why}`);
}
