/** Debugging one worker: debugpy starts in it alone, on demand. */

import type { Commands } from '../stream/protocol.ts';
import type { Worker } from './worker.ts';

/** Where the worker's debug adapter listens; throws with what to do when it cannot. */
export async function debugWorker(
  worker: Worker,
  debugpy: string | null,
): Promise<Commands['debug_worker']['gives']> {
  if (!worker.adapter) {
    const report = worker.debuggerReport();
    worker.send({ type: 'debug', debugpy });
    const answer = await report;
    if (answer?.type === 'debugging_failed') throw new Error(answer.message);
  }
  if (!worker.adapter) throw new Error(`Worker ${worker.slot} ended before its debugger started.`);
  return { ...worker.adapter, 'process.pid': worker.pid, generation: worker.generation };
}
