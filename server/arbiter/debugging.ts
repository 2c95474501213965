/**
 * Debugging workers: debugpy starts in one alone, on demand. The slot of a worker that a debugger is attached
 * to is debugged on: its next worker starts no request before the debugger is there, too.
 */

import type { WorkerReport } from './control.ts';
import type { DebugOrder } from './forkOrders.ts';
import type { DebugAdapter, Worker } from './worker.ts';

type Report = Extract<WorkerReport, { type: 'debugger' }>;
type Target = DebugAdapter & { 'process.pid': number; generation: number };

/** Seconds that the successor of a debugged worker waits for the debugger. */
const PATIENCE = 5;

export interface DebuggingOptions {
  /** debugpy listens in a worker: what stands by knows nothing of that. */
  began(): void;
  /** A worker that was paused goes on: what waited for it can be done. */
  resumed(worker: Worker): void;
  /** Its debugger left it, without its end. */
  left(worker: Worker): void;
}

export interface Debugging {
  /**
   * Where the worker's debug adapter listens; throws with what to do when it cannot. `order` says how its
   * successors are debugged.
   */
  start(worker: Worker, order: Pick<DebugOrder, 'debugpy' | 'at_import'>): Promise<Target>;
  report(worker: Worker, report: Report): void;
  /** How the next worker in a slot is to be debugged; undefined: not at all. */
  order(slot: number): DebugOrder | undefined;
}

export function createDebugging({ began, resumed, left }: DebuggingOptions): Debugging {
  /** By pid, as what was asked for may be given to a successor only when a debugger came. */
  const asked = new WeakMap<Worker, DebugOrder>();
  const slots = new Map<number, DebugOrder>();

  const attached = (worker: Worker): void => {
    const order = asked.get(worker) ?? slots.get(worker.slot);
    slots.set(worker.slot, order ?? { debugpy: null, at_import: false, patience: PATIENCE });
  };

  return {
    start: async (worker, order) => {
      asked.set(worker, { ...order, patience: PATIENCE });
      if (slots.has(worker.slot)) slots.set(worker.slot, { ...order, patience: PATIENCE });
      const address = worker.adapter ?? (await listenIn(worker, order.debugpy));
      began();
      return { ...address, 'process.pid': worker.pid, generation: worker.generation };
    },
    report: (worker, report) => {
      const wasPaused = worker.paused;
      worker.debuggerIs(report.attached, report.at);
      if (report.attached) attached(worker);
      else if (!worker.retired) {
        slots.delete(worker.slot);
        left(worker);
      }
      if (wasPaused && !worker.paused) resumed(worker);
    },
    order: (slot) => slots.get(slot),
  };
}

async function listenIn(worker: Worker, debugpy: string | null): Promise<DebugAdapter> {
  const report = worker.debuggerReport();
  worker.send({ type: 'debug', debugpy });
  const answer = await report;
  if (answer?.type === 'debugging_failed') throw new Error(answer.message);
  if (!worker.adapter) throw new Error(`Worker ${worker.slot} ended before its debugger started.`);
  return worker.adapter;
}
