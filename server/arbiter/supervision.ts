/** How long a worker is waited for, and what happens to one that does not end or answer. */

import type { Log } from '../log.ts';
import type { ServeSettings } from '../settings/serveSettings.ts';
import type { Worker } from './worker.ts';

/** Seconds that an endless answer (an event stream) may go on after its code was superseded. */
const STREAM_GRACE = 1;
/** Seconds from SIGABRT, which shows the stack, to SIGKILL (Gunicorn waits one loop). */
const ABORT_GRACE = 1;
/** Seconds that a stop takes beyond its grace before it is forced. */
const STOP_MARGIN = 1;

export function cutStreamsLater(worker: Worker): void {
  worker.after(STREAM_GRACE, () => {
    if (worker.paused) cutStreamsLater(worker);
    else worker.send({ type: 'cut_streams' });
  });
}

/** Kills a retiring worker after Gunicorn's `graceful_timeout`, but never one that is paused. */
export function superviseRetirement(worker: Worker, grace: number, log: Log): void {
  worker.after(grace, () => {
    if (worker.paused) {
      superviseRetirement(worker, grace, log);
      return;
    }
    log(
      'warning',
      `Worker ${worker.slot} (pid ${worker.pid}) did not finish in ${grace} s: killed`,
    );
    worker.kill('SIGKILL');
  });
}

/**
 * Gunicorn's `timeout`: a single-thread worker whose request runs longer is ended. After a pause in the
 * debugger it has all of that time again.
 */
export function killIfSilent(worker: Worker, settings: ServeSettings, log: Log): void {
  const { timeout, threads } = settings;
  if (timeout === 0 || threads > 1 || worker.paused || worker.busy === null) return;
  const running = Math.min(worker.busy, (performance.now() - worker.resumed) * 1000);
  if (running < timeout * 1e6 || worker.aborted) return;
  worker.aborted = true;
  log('critical', `WORKER TIMEOUT (pid:${worker.pid}): a request runs longer than ${timeout} s`);
  worker.kill('SIGABRT');
  worker.after(ABORT_GRACE, () => worker.kill('SIGKILL'));
}

/** Stops all workers; resolves when they are gone, by force if need be. */
export async function stopAll(workers: Worker[], grace: number): Promise<void> {
  await Promise.all(workers.map((worker) => stopOne(worker, grace)));
}

/** One that is paused lets go of its debugger and goes on. */
async function stopOne(worker: Worker, grace: number): Promise<void> {
  worker.send({ type: 'stop', grace });
  worker.after(grace + STOP_MARGIN, () => worker.kill('SIGKILL'));
  await worker.gone;
}
