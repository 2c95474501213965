/** Workers that crashed or were killed while they served. Pure. */

import type { KeptEvent, WorkerEvent, WorkerState } from '../server/stream/protocol.ts';
import { l10n } from './l10n.ts';

export interface Death {
  worker: number;
  /** `SIGSEGV`, `exit code 3`. */
  how: string;
}

export interface Deaths {
  /** The death that this event tells of. */
  hear(event: KeptEvent): Death | undefined;
}

/**
 * Not one that was asked to go, however it went, nor one that crashed as it imported its app: that is a Problem.
 */
export function createDeaths(): Deaths {
  const states = new Map<number, WorkerState>();
  let stopping = false;

  function ended(event: WorkerEvent, before: WorkerState | undefined): Death | undefined {
    const { signal = null, code = null } = event.exit ?? {};
    const served = before === 'ready' || before === 'paused';
    if (stopping || !served || (signal === null && !code)) return undefined;
    return { worker: event.worker, how: signal ?? l10n.t('exit code {0}', code ?? '?') };
  }

  return {
    hear(event) {
      if (event.type === 'server') stopping = event.state === 'stopping';
      if (event.type !== 'worker') return undefined;
      const pid = event['process.pid'];
      const before = states.get(pid);
      if (event.state === 'exited') states.delete(pid);
      else states.set(pid, event.state);
      return event.state === 'exited' ? ended(event, before) : undefined;
    },
  };
}
