/** What becomes of a worker's reports and of its end: for its generation, its siblings, the next ones. */

import type { Log } from '../log.ts';
import type { Sources } from '../reload/watcher.ts';
import type { ServeSettings } from '../settings/serveSettings.ts';
import type { Journal } from '../stream/events.ts';
import { type Exit, endOf, takeStack } from './bootCrashes.ts';
import type { Imported, WorkerReport, ZygoteCommand } from './control.ts';
import type { Generations } from './generations.ts';
import type { Pool } from './pool.ts';
import type { Preloading } from './preloading.ts';
import { takeReport } from './reports.ts';
import { killIfSilent } from './supervision.ts';
import type { Worker } from './worker.ts';

/** What of the arbiter it takes. */
export interface Surroundings {
  settings: ServeSettings;
  journal: Journal;
  log: Log;
  /** The runtime directory. */
  directory: string;
  stopping(): boolean;
  watch(sources: Sources, generation: number): void;
  generations: Generations;
  preloading: Preloading;
  pool(): Pool;
  send(command: ZygoteCommand): void;
}

export interface WorkerCare {
  report(worker: Worker, report: WorkerReport): void;
  ended(worker: Worker, exit: Exit): void;
}

type Ready = Extract<WorkerReport, { type: 'ready' }>;
type Broken = Extract<WorkerReport, { type: 'broken' }>;

export function createWorkerCare(around: Surroundings): WorkerCare {
  const { settings, log, generations, preloading, pool } = around;

  const ready = (worker: Worker, report: Ready): void => {
    pool().bootCrashes.forget();
    imported(report);
    if (settings.reload && !report.patched) preloading.unpatched();
    for (const other of pool().workers.living) {
      if (other.orphan && other.slot === worker.slot) pool().retire(other);
    }
    if (worker.generation === generations.number) generations.current?.workerReady();
    pool().reconcile();
  };

  const broken = (worker: Worker, { message, code, exception }: Broken): void => {
    if (worker.generation !== generations.number || saidAlready(worker)) return;
    log('error', message);
    around.journal({ ...exception, ...worker.identity });
    generations.current?.workerBroken(message, code, exception.exception);
    pool().reconcile();
  };

  /**
   * By itself (`max_requests`, a signal, a standby that has read what changed): its connections wait for
   * whoever comes after it.
   */
  const retired = (worker: Worker): void => {
    if (worker.retired) return;
    pool().retire(worker);
    pool().reconcile();
  };

  const saidAlready = (worker: Worker): boolean =>
    pool().workers.living.some(
      (other) =>
        other !== worker && other.generation === worker.generation && other.state === 'broken',
    );

  /** So that the next generation finds its libraries preloaded and its own code compiled. */
  const imported = (report: Imported): void => {
    if (!settings.reload) return;
    pool().standby.imported(report.files);
    around.send({ type: 'remember', files: report.files, digests: report.digests });
    preloading.learn(report);
    if (report.preloadable.length > 0 && generations.settled) preloading.askSoon();
  };

  const importedLate = (report: Extract<WorkerReport, { type: 'imported' }>): void => {
    imported(report);
    if (settings.reload) pool().standby.late(report.late);
  };

  /** A worker ended by itself, or was killed. In dev mode a broken one has told why it is. */
  const unasked = (worker: Worker, exit: Exit, stack: string): void => {
    const booting = worker.boot === undefined;
    if (booting || exit.code !== 0) {
      const shown = booting && settings.reload ? '' : stack; // it is answered with
      log('warning', `${nameOf(worker)} ${endOf(exit)}\n${shown}`.trim());
    }
    if (booting || !(worker.served || settings.reload)) pool().bootCrashes.add(exit, stack);
  };

  const unfit = ({ reason, module }: Extract<WorkerReport, { type: 'unfit' }>): void => {
    log('debug', module ? `Not imported ahead: ${module}: ${reason}` : `No standby: ${reason}`);
    pool().standby.giveUp(module);
  };

  return {
    report: (worker, report) => {
      takeReport(worker, report, around);
      if (report.type === 'ready') ready(worker, report);
      else if (report.type === 'broken') broken(worker, report);
      else if (report.type === 'imported') importedLate(report);
      else if (report.type === 'retired') retired(worker);
      else if (report.type === 'unfit') unfit(report);
      else if (report.type === 'replay_returned') pool().replaying.again(report.order, worker);
      else if (report.type === 'debugger') pool().debugging.report(worker, report);
      else if (report.type === 'load') {
        killIfSilent(worker, settings, log);
        if (settings.dev) pool().spares.consider();
      }
    },
    ended: (worker, exit) => {
      const { bootCrashes, standby } = pool();
      standby.ended(worker);
      const stack = takeStack(around.directory, worker.pid);
      if (!(worker.retired || worker.ahead || around.stopping())) unasked(worker, exit, stack);
      const delay = bootCrashes.delay();
      if (delay === 0) pool().reconcile();
      else setTimeout(() => pool().reconcile(), delay);
    },
  };
}

function nameOf(worker: Worker): string {
  return `Worker ${worker.slot} (pid ${worker.pid}, generation ${worker.generation})`;
}
