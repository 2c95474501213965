/** One generation of the code: why it was made, and how far its workers are. */

import { type Journal, now } from '../stream/events.ts';
import type { Microseconds, ReloadEvent, ReloadReason } from '../stream/protocol.ts';

export interface Outcome {
  ready: boolean;
  generation: number;
  duration: Microseconds;
  /** What went wrong, in one line, with Gunicorn's exit code. */
  failure?: { message: string; code: number };
}

export interface Generation {
  number: number;
  reason: ReloadReason;
  /** Whether it answers: its first workers have imported the app, or one of them failed to. */
  settled(): boolean;
  /** Resolves when it has settled, or was superseded (null). */
  outcome: Promise<Outcome | null>;
  /** No older one starts a request any more: it has begun, for whoever watches. */
  acknowledged(): void;
  /** Resolves when that is so, or a newer one has taken its place. */
  acknowledgement: Promise<void>;
  /** A worker of it is ready. */
  workerReady(): void;
  workerBroken(message: string, code: number, exception: string): void;
  /** A newer one takes its place. */
  supersede(): void;
}

export interface GenerationOptions {
  number: number;
  reason: ReloadReason;
  files: string[];
  workers: number;
  /** `performance.now()` when the change was noticed. */
  noticed: number;
  journal: Journal;
}

export function beginGeneration(options: GenerationOptions): Generation {
  const { number, reason, files, journal } = options;
  let waiting = options.workers;
  let begun: () => void = () => {};
  let hasBegun = false;
  /** Tells its outcome, while that is known but an older one may still answer. */
  let finish: (() => void) | undefined;
  const acknowledgement = new Promise<void>((settle) => {
    begun = settle;
  });
  let resolve: (outcome: Outcome | null) => void = () => {};
  const outcome = new Promise<Outcome | null>((settle) => {
    resolve = settle;
  });

  const tell = (phase: ReloadEvent['phase'], more: Partial<ReloadEvent> = {}): void =>
    journal({ type: 'reload', time: now(), phase, generation: number, reason, files, ...more });

  const acknowledged = (): void => {
    if (!hasBegun) tell('started');
    hasBegun = true;
    begun();
    finish?.();
    finish = undefined;
  };

  const settle = (failure?: Outcome['failure'], exception?: string): void => {
    waiting = 0;
    finish = () => {
      const duration = Math.round((performance.now() - options.noticed) * 1000);
      tell(failure ? 'failed' : 'ready', { duration, ...(exception && { exception }) });
      resolve({ ready: !failure, generation: number, duration, ...(failure && { failure }) });
    };
    if (hasBegun) acknowledged();
  };

  return {
    number,
    reason,
    outcome,
    acknowledged,
    acknowledgement,
    settled: () => waiting === 0,
    workerReady: () => {
      if (waiting > 0 && --waiting === 0) settle();
    },
    workerBroken: (message, code, exception) => {
      if (waiting > 0) settle({ message, code }, exception);
    },
    supersede: () => {
      finish = undefined;
      begun();
      resolve(null);
    },
  };
}
