/** Gunicorn's signals, on the arbiter. */

import type { Arbiter } from './arbiter/arbiter.ts';

export interface Signals {
  close(): void;
}

/** `stop` takes the grace in seconds: TERM is graceful, INT and QUIT are quick. */
export function handleSignals(arbiter: Arbiter, stop: (grace: number) => void): Signals {
  const handlers: Partial<Record<NodeJS.Signals, () => void>> = {
    SIGTERM: () => stop(arbiter.settings.graceful_timeout),
    SIGINT: () => stop(0),
    SIGQUIT: () => stop(0),
    SIGHUP: () => void arbiter.reload('signal'),
    SIGTTIN: () => arbiter.scale(1),
    SIGTTOU: () => arbiter.scale(-1),
  };
  const entries = Object.entries(handlers) as Array<[NodeJS.Signals, () => void]>;
  for (const [signal, handle] of entries) process.on(signal, handle);
  return {
    close: () => {
      for (const [signal, handle] of entries) process.off(signal, handle);
    },
  };
}
