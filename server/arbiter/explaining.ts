/** EXPLAIN of a statement that was captured: asked of the worker that executed it. */

import type { Commands, Plan } from '../stream/protocol.ts';
import type { Span } from '../stream/trace.ts';
import type { Arbiter } from './arbiter.ts';
import { ask } from './asking.ts';
import type { Worker } from './worker.ts';

const SECONDS = 10;

/** @throws Error that says why there is no plan. */
export async function explain(
  arbiter: Arbiter,
  { request, trace }: Commands['request']['gives'],
  index: number,
): Promise<Plan> {
  const span = trace?.spans[index];
  if (span?.kind !== 'sql') throw new Error('This statement is no longer kept.');
  const worker = workerFor(arbiter, request.worker, request['process.pid']);
  const report = await askFor(worker, request.request, index, span);
  if (report?.type !== 'explained')
    throw new Error('Its worker has ended, or the database took too long.');
  if ('error' in report) throw new Error(report.error);
  return { columns: report.columns, rows: report.rows };
}

/** The one that executed it, else the one that stands in its slot. */
function workerFor(arbiter: Arbiter, slot: number, pid: number): Worker {
  try {
    return arbiter.worker(slot, pid);
  } catch {
    return arbiter.worker(slot);
  }
}

function askFor(worker: Worker, request: string, index: number, { text, attributes }: Span) {
  const statement = {
    text,
    parameters: attributes.parameters ?? null,
    system: attributes['db.system.name'] ?? '',
    namespace: attributes['db.namespace'] ?? '',
  };
  return ask(worker, { type: 'explain', request, span: index, statement }, SECONDS);
}
