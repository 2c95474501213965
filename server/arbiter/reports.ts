/** What a worker reports: kept on the worker, and passed on to the stream and the watcher. */

import type { Log } from '../log.ts';
import type { Sources } from '../reload/watcher.ts';
import { type Journal, now } from '../stream/events.ts';
import { storedTrace } from './capturedTrace.ts';
import type { CapturedEvent, WorkerReport } from './control.ts';
import { findIn } from './findings.ts';
import { readOutput } from './output.ts';
import type { Worker } from './worker.ts';

export interface Receivers {
  journal: Journal;
  log: Log;
  /** What a worker of that generation runs. */
  watch(sources: Sources, generation: number): void;
}

type Takers = {
  [Type in WorkerReport['type']]?: (
    worker: Worker,
    report: Extract<WorkerReport, { type: Type }>,
    to: Receivers,
  ) => void;
};

const TAKERS: Takers = {
  ready: (worker, report, to) => booted(worker, report, 'ready', to),
  broken: (worker, report, to) => booted(worker, report, 'broken', to),
  imported: (worker, report, to) => to.watch(report, worker.generation),
  load: (worker, report) => load(worker, report),
  events: (worker, report, to) => {
    for (const event of report.events) captured(worker, event, to);
  },
  dropped: (worker, report, to) => to.journal({ ...report, time: now(), ...worker.identity }),
  debugging: (worker, report) => {
    worker.adapter = { host: report.host, port: report.port };
    worker.tell();
    worker.answerDebugger(report);
  },
  explained: (worker, report) => worker.answer(report),
  stack: (worker, report) => worker.answer(report),
  replayed: (worker, report) => worker.answer(report),
  output: (worker, report) => readOutput(worker, report),
  debugging_failed: (worker, report) => worker.answerDebugger(report),
  log: (worker, report, to) =>
    to.log(report.level, `Worker ${worker.slot} (pid ${worker.pid}): ${report.message}`),
};

export function takeReport(worker: Worker, report: WorkerReport, to: Receivers): void {
  const take = TAKERS[report.type] as
    | ((worker: Worker, report: WorkerReport, to: Receivers) => void)
    | undefined;
  take?.(worker, report, to);
}

function captured(worker: Worker, event: CapturedEvent, { journal }: Receivers): void {
  if (event.type !== 'request.ended' || event.trace === undefined) {
    journal({ ...event, ...worker.identity });
    return;
  }
  const { trace, ...ended } = event;
  const found = findIn(trace);
  const findings = [...new Set(found.map(({ kind }) => kind))];
  journal({ ...ended, findings, ...worker.identity }, storedTrace(trace, found));
}

function booted(
  worker: Worker,
  report: Extract<WorkerReport, { type: 'ready' | 'broken' }>,
  state: 'ready' | 'broken',
  to: Receivers,
): void {
  worker.boot = report.boot;
  worker.served = state === 'ready';
  if (worker.state === 'booting') worker.become(state);
  to.watch(report, worker.generation);
}

function load(worker: Worker, report: Extract<WorkerReport, { type: 'load' }>): void {
  const changed = worker.requests !== report.requests;
  worker.requests = report.requests;
  worker.busy = report.busy;
  worker.full = report.full;
  worker.idleSince = report.busy === null ? (worker.idleSince ?? performance.now()) : null;
  if (changed) worker.tell();
}
