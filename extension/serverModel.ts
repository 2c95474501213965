/** What the stream has told so far: the server, its live workers, its last reload. Pure. */

import type {
  KeptEvent,
  ReloadEvent,
  ServerEvent,
  WorkerEvent,
} from '../server/stream/protocol.ts';

export interface ServerModel {
  /** The last event about the server as a whole; undefined before the first. */
  readonly server: ServerEvent | undefined;
  /** Live workers by slot, the oldest generation first within a slot. */
  readonly workers: readonly WorkerEvent[];
  /** The last reload that ended, or the one that is going on. */
  readonly reload: ReloadEvent | undefined;
  /** Whether the batch changed any of the above. */
  apply(events: readonly KeptEvent[]): boolean;
}

export function createServerModel(): ServerModel {
  const workers = new Map<number, WorkerEvent>();
  let server: ServerEvent | undefined;
  let reload: ReloadEvent | undefined;

  function applyOne(event: KeptEvent): boolean {
    if (event.type === 'server') server = event;
    else if (event.type === 'reload') reload = event;
    else if (event.type === 'worker') applyWorker(event);
    else return false;
    return true;
  }

  function applyWorker(event: WorkerEvent) {
    if (event.state === 'exited') workers.delete(event['process.pid']);
    else workers.set(event['process.pid'], event);
  }

  return {
    get server() {
      return server;
    },
    get workers() {
      return [...workers.values()].sort(bySlot);
    },
    get reload() {
      return reload;
    },
    // No `some`: it would stop at the first.
    apply: (events) => events.filter(applyOne).length > 0,
  };
}

const bySlot = (a: WorkerEvent, b: WorkerEvent) =>
  a.worker - b.worker || a.generation - b.generation || a['process.pid'] - b['process.pid'];

/** The worker that holds a slot now: of its newest generation. */
export function currentWorker(model: ServerModel, slot: number): WorkerEvent | undefined {
  return model.workers.filter((worker) => worker.worker === slot).at(-1);
}

/** Those that serve: the newest of each slot, if it has booted. */
export function readyWorkers(model: ServerModel): WorkerEvent[] {
  return currentWorkers(model).filter(isReady);
}

/** Those that a debugger can attach to: one that boots and listens waits for it. */
export function attachableWorkers(model: ServerModel): WorkerEvent[] {
  const waits = ({ state, debugger: listening }: WorkerEvent) => state === 'booting' && !!listening;
  return currentWorkers(model).filter((worker) => isReady(worker) || waits(worker));
}

const isReady = ({ state }: WorkerEvent) => state === 'ready' || state === 'paused';

function currentWorkers(model: ServerModel): WorkerEvent[] {
  const slots = new Set(model.workers.map((worker) => worker.worker));
  return [...slots].flatMap((slot) => currentWorker(model, slot) ?? []);
}
