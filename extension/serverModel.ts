/** What the stream has told so far: the server, its live workers and what they do, its last reload. Pure. */

import type {
  KeptEvent,
  ReloadEvent,
  RequestStarted,
  ServerEvent,
  UsageEvent,
  WorkerEvent,
} from '../server/stream/protocol.ts';

/** What a worker uses of the machine. */
export interface Used {
  /** Bytes. */
  memory: number;
  /** Of one processor since the last look, 0…1 and more; null after the first. */
  share: number | null;
}

export interface ServerModel {
  /** The last event about the server as a whole; undefined before the first. */
  readonly server: ServerEvent | undefined;
  /** Live workers by slot, the oldest generation first within a slot. */
  readonly workers: readonly WorkerEvent[];
  /** The last reload that ended, or the one that is going on. */
  readonly reload: ReloadEvent | undefined;
  /** By pid; undefined before the first look. */
  used(pid: number): Used | undefined;
  /** The requests that run for a while already in the worker with that pid, the oldest first. */
  running(pid: number): RequestStarted[];
  /** Whether the batch changed any of the above. */
  apply(events: readonly KeptEvent[]): boolean;
}

export function createServerModel(): ServerModel {
  const workers = new Map<number, WorkerEvent>();
  const running = new Map<string, RequestStarted>();
  let usage: UsageEvent | undefined;
  let used = new Map<number, Used>();
  let server: ServerEvent | undefined;
  let reload: ReloadEvent | undefined;

  function applyOne(event: KeptEvent): boolean {
    if (event.type === 'server') server = event;
    else if (event.type === 'reload') reload = event;
    else if (event.type === 'worker') applyWorker(event);
    else if (event.type === 'usage') applyUsage(event);
    else if (event.type === 'request.started') running.set(event.request, event);
    else if (event.type === 'request.ended') return running.delete(event.request);
    else return false;
    return true;
  }

  function applyWorker(event: WorkerEvent) {
    const pid = event['process.pid'];
    if (event.state !== 'exited') return void workers.set(pid, event);
    workers.delete(pid);
    for (const request of runningIn(pid)) running.delete(request.request);
  }

  function applyUsage(event: UsageEvent) {
    used = usedSince(usage, event);
    usage = event;
  }

  const runningIn = (pid: number) =>
    [...running.values()].filter((request) => request['process.pid'] === pid);

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
    used: (pid) => used.get(pid),
    running: runningIn,
    // No `some`: it would stop at the first.
    apply: (events) => events.filter(applyOne).length > 0,
  };
}

function usedSince(before: UsageEvent | undefined, now: UsageEvent): Map<number, Used> {
  const cpu = (event: UsageEvent | undefined, pid: number) =>
    event?.workers.find((worker) => worker['process.pid'] === pid)?.['process.cpu.time'];
  const elapsed = now.time - (before?.time ?? now.time);
  return new Map(
    now.workers.map((worker) => {
      const pid = worker['process.pid'];
      const last = cpu(before, pid);
      const known = last !== undefined && elapsed > 0;
      const share = known ? (worker['process.cpu.time'] - last) / elapsed : null;
      return [pid, { memory: worker['process.memory.usage'], share }];
    }),
  );
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
