/** What the stream tells of the workers' use of the machine. */

import type { Kept, Microseconds, WorkerIdentity } from './protocol.ts';

export interface WorkerUsage extends WorkerIdentity {
  /** Bytes of the resident set, of which siblings share what they have from the zygote. */
  'process.memory.usage': number;
  /** In user and kernel mode, since it was forked. */
  'process.cpu.time': Microseconds;
}

/** What the workers use, at most every 2 s and only while somebody watches; of these the last is kept. */
export interface UsageEvent extends Kept {
  type: 'usage';
  workers: WorkerUsage[];
}
