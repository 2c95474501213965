/** One server: composes arbiter, watcher, store and hub, and takes them down together. */

import { type Announcement, announce } from './announce.ts';
import { Arbiter } from './arbiter/arbiter.ts';
import { describeOrigin } from './arbiter/describeOrigin.ts';
import { describeServer } from './arbiter/describeServer.ts';
import type { EarlyPython } from './arbiter/earlyPython.ts';
import { type Collector, createCollector } from './collector/collector.ts';
import { createCommands } from './commands.ts';
import { openHistory } from './history/history.ts';
import { createLog, type Log } from './log.ts';
import { watchInstallation } from './reload/installation.ts';
import { type Watcher, watchCode } from './reload/watcher.ts';
import { createRenewal, type Renewal } from './renewal.ts';
import { parseAddress } from './settings/address.ts';
import type { ServeSettings } from './settings/serveSettings.ts';
import type { SettingsSource } from './settings/source.ts';
import { PANEL_FOLDER } from './siblings.ts';
import { handleSignals } from './signals.ts';
import { now } from './stream/events.ts';
import { type Hub, openHub } from './stream/hub.ts';
import { createStore, type Store } from './stream/store.ts';
import { tellUsage } from './usage.ts';
import { VERSION } from './version.ts';
import { workerFolder } from './workerFolder.ts';

export interface Server {
  /** Resolves with the exit code when nothing is left. */
  closed: Promise<number>;
  /** Stops gracefully. */
  close(): Promise<void>;
}

/** Starts a server; resolves as soon as it is under way, `closed` tells how it ended. */
export async function serve(
  settings: ServeSettings,
  source: SettingsSource,
  early: EarlyPython,
): Promise<Server> {
  const store = createStore();
  const log = createServerLog(settings, store);
  for (const notice of settings.notices) log('warning', notice);
  const history = settings.history
    ? await openHistory({ file: settings.history, store, log })
    : null;
  let watcher: Watcher | undefined;
  const arbiter = new Arbiter({
    settings,
    workerFolder: workerFolder(),
    early,
    earlier: history?.generation ?? 0,
    journal: store.record,
    log,
    watch: (sources, generation) => {
      if (generation === arbiter.generation) watcher?.imported(sources);
    },
    changed: () => store.record(describeServer(arbiter)),
  });
  const renewal = createRenewal({ arbiter, source, journal: store.record, log });
  if (settings.reload) watcher = watchRoot(settings, arbiter, renewal, log);
  const stop = (grace: number): Promise<void> => arbiter.stop(grace);
  const handlers = createCommands({
    arbiter,
    store,
    watcher: () => watcher,
    stop: () => void stop(0),
  });
  const hub = await openPanel(settings, store, handlers, log);
  const collector = openCollector(settings, store, arbiter, log);
  const usage = tellUsage({
    workers: () => arbiter.workers,
    watched: () => hub?.watched ?? false,
    journal: store.record,
  });
  const signals = handleSignals({
    arbiter,
    log,
    hangUp: () => void renewal.hangUp(),
    stop: (grace) => void stop(grace),
  });
  endWithParent(() => void stop(0));
  const announced = announceWhenServing(arbiter, watcher, () => {
    return announce(settings, arbiter, hub, log);
  }).catch((error: Error) => log('error', `Can't write: ${error.message}`));
  const closed = arbiter.closed.then(async (code) => {
    signals.close();
    usage.close();
    (await announced)?.withdraw();
    await Promise.allSettled([
      watcher?.close(),
      hub?.close(),
      collector?.close(),
      history?.close(),
    ]);
    return code;
  });
  return { closed, close: () => stop(settings.graceful_timeout) };
}

function createServerLog(settings: ServeSettings, store: Store): Log {
  const { errorlog, loglevel } = settings;
  return createLog({
    errorlog,
    loglevel,
    journal: (severity_number, body) =>
      store.record({ type: 'log', time: now(), source: 'server', severity_number, body }),
  });
}

function watchRoot(
  settings: ServeSettings,
  arbiter: Arbiter,
  { changed, reinstalled }: Renewal,
  log: Log,
): Watcher {
  const watcher = watchCode({
    root: settings.chdir,
    extra: [...settings.reload_extra_files, settings.confFile],
    broken: () => arbiter.workers.every((worker) => worker.state !== 'ready'),
    changed,
    failed: (message) => log('warning', message),
  });
  const installation = watchInstallation(
    () => arbiter.settings.interpreter,
    () => reinstalled(),
  );
  return {
    ...watcher,
    saved: async (files) => {
      const own = files.filter((file) => !installation.owns(file));
      if (own.length < files.length) await reinstalled(files);
      await watcher.saved(own);
    },
    close: async () => {
      installation.close();
      await watcher.close();
    },
  };
}

function openCollector(
  { otlp_endpoint: endpoint }: ServeSettings,
  store: Store,
  arbiter: Arbiter,
  log: Log,
): Collector | null {
  if (!endpoint) return null;
  const origin = () => ({ ...describeOrigin(arbiter), libraries: {} });
  return createCollector({ endpoint, store, origin, log });
}

/** A panel that cannot listen is said so and left out: the app is served all the same. */
async function openPanel(
  settings: ServeSettings,
  store: Store,
  handlers: Parameters<typeof openHub>[0]['handlers'],
  log: Log,
): Promise<Hub | null> {
  if (!settings.panel) return null;
  const address = parseAddress(settings.panel);
  if (address.type !== 'tcp') return null;
  const { host, port } = address;
  try {
    return await openHub({
      store,
      handlers,
      version: VERSION,
      panelFolder: PANEL_FOLDER,
      host,
      port,
    });
  } catch (error) {
    log('error', `The panel can't listen on ${settings.panel}: ${(error as Error).message}`);
    return null;
  }
}

/** A server that was spawned with an IPC channel ends with whoever spawned it. */
function endWithParent(stop: () => void): void {
  if (process.send) process.once('disconnect', stop);
}

/** When the first generation answers and every change from now on is noticed. */
async function announceWhenServing(
  arbiter: Arbiter,
  watcher: Watcher | undefined,
  say: () => Announcement,
): Promise<Announcement | undefined> {
  const outcome = await arbiter.start();
  await watcher?.ready;
  const answers = outcome && (outcome.ready || arbiter.settings.reload) && !arbiter.stopping;
  return answers ? say() : undefined;
}
