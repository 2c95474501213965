/** One server: composes arbiter, watcher, store and hub, and takes them down together. */

import { rmSync, writeFileSync } from 'node:fs';
import { Arbiter } from './arbiter/arbiter.ts';
import { createCommands } from './commands.ts';
import { createLog, type Log } from './log.ts';
import { type Watcher, watchCode } from './reload/watcher.ts';
import { parseAddress } from './settings/address.ts';
import type { ServeSettings } from './settings/serveSettings.ts';
import { PANEL_FOLDER, WORKER_FOLDER } from './siblings.ts';
import { handleSignals } from './signals.ts';
import { describeServer } from './stream/describeServer.ts';
import { now } from './stream/events.ts';
import { type Hub, openHub } from './stream/hub.ts';
import { type InfoFile, writeInfoFile } from './stream/infoFile.ts';
import type { ServerInfo } from './stream/protocol.ts';
import { createStore, type Store } from './stream/store.ts';
import { VERSION } from './version.ts';

export interface Server {
  /** Resolves with the exit code when nothing is left. */
  closed: Promise<number>;
  /** Stops gracefully. */
  close(): Promise<void>;
}

/** Starts a server; resolves as soon as it is under way, `closed` tells how it ended. */
export async function serve(settings: ServeSettings): Promise<Server> {
  const store = createStore();
  const log = createServerLog(settings, store);
  for (const notice of settings.notices) log('warning', notice);
  let watcher: Watcher | undefined;
  const arbiter = new Arbiter({
    settings,
    workerFolder: WORKER_FOLDER,
    journal: store.record,
    log,
    watch: (files) => watcher?.imported(files),
    changed: () => store.record(describeServer(arbiter)),
  });
  if (settings.reload) watcher = watchRoot(settings, arbiter, log);
  const stop = (grace: number): Promise<void> => arbiter.stop(grace);
  const handlers = createCommands({
    arbiter,
    store,
    watcher: () => watcher,
    stop: () => void stop(0),
  });
  const hub = await openPanel(settings, store, handlers, log);
  const signals = handleSignals(arbiter, (grace) => void stop(grace));
  endWithParent(() => void stop(0));
  const files = announceWhenServing(settings, arbiter, hub, log);
  const closed = arbiter.closed.then(async (code) => {
    signals.close();
    (await files)?.remove();
    await Promise.allSettled([watcher?.close(), hub?.close()]);
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

function watchRoot(settings: ServeSettings, arbiter: Arbiter, log: Log): Watcher {
  return watchCode({
    root: settings.chdir,
    extra: settings.reload_extra_files,
    broken: () => arbiter.workers.every((worker) => worker.state !== 'ready'),
    changed: (files, noticed) => void arbiter.reload('code', files, noticed),
    failed: (message) => log('warning', message),
  });
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

interface Files {
  remove(): void;
}

/** When the first generation answers: writes the info file and the pid file, prints the addresses. */
async function announceWhenServing(
  settings: ServeSettings,
  arbiter: Arbiter,
  hub: Hub | null,
  log: Log,
): Promise<Files | null> {
  const outcome = await arbiter.start();
  if (!outcome || (outcome.failure && !settings.reload)) return null;
  const info = describeInfo(settings, arbiter, hub);
  if (settings.dev) printAddresses(info);
  try {
    return writeFiles(settings, info);
  } catch (error) {
    log('error', `Can't write: ${(error as Error).message}`);
    return null;
  }
}

function describeInfo(settings: ServeSettings, arbiter: Arbiter, hub: Hub | null): ServerInfo {
  return {
    pid: process.pid,
    version: VERSION,
    python: settings.interpreter.executable,
    app: settings.app,
    addresses: arbiter.addresses,
    panel: hub?.panel ?? null,
    stream: hub?.stream ?? null,
  };
}

function printAddresses(info: ServerInfo): void {
  process.stdout.write(`App:   ${info.addresses.join(', ')}\n`);
  if (info.panel) process.stdout.write(`Panel: ${info.panel}\n`);
}

function writeFiles(settings: ServeSettings, info: ServerInfo): Files {
  const { pidfile, info_file } = settings;
  if (pidfile) writeFileSync(pidfile, `${process.pid}\n`);
  const infoFile: InfoFile | null = info_file ? writeInfoFile(info_file, info) : null;
  return {
    remove: () => {
      infoFile?.remove();
      if (pidfile) rmSync(pidfile, { force: true });
    },
  };
}
