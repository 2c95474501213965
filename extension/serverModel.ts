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

/** Those that serve or can be debugged: the newest of each slot, if it has booted. */
export function readyWorkers(model: ServerModel): WorkerEvent[] {
  const slots = new Set(model.workers.map((worker) => worker.worker));
  return [...slots]
    .map((slot) => currentWorker(model, slot))
    .filter((worker) => worker !== undefined)
    .filter((worker) => worker.state === 'ready' || worker.state === 'paused');
}
