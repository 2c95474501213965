/** Where a worker's threads stand now. */

import { ask } from './asking.ts';
import type { Worker } from './worker.ts';

/** Python switches threads every 5 ms; what holds it up for longer is C code that never lets go. */
const SECONDS = 5;

/** @throws Error that says why it is not known */
export async function stackOf(worker: Worker): Promise<string> {
  const report = await ask(worker, { type: 'stack' }, SECONDS);
  if (report?.type === 'stack') return report.text;
  if (worker.state === 'exited') throw new Error(`Worker ${worker.slot} has ended.`);
  throw new Error(
    `Worker ${worker.slot} (pid ${worker.pid}) does not answer: ` +
      'C code has had its interpreter for 5 s. "py-spy dump --native" sees into it.',
  );
}
