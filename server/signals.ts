/** Gunicorn's signals, on the arbiter. */

import type { Arbiter } from './arbiter/arbiter.ts';
import type { Log } from './log.ts';
import { hasTerminal } from './terminal.ts';

export interface Signals {
  close(): void;
}

export interface SignalOptions {
  arbiter: Arbiter;
  log: Log;
  hangUp(): void;
  /** Takes the grace in seconds: TERM is graceful, INT and QUIT are quick. */
  stop(grace: number): void;
}

export function handleSignals({ arbiter, log, hangUp, stop }: SignalOptions): Signals {
  const hadTerminal = hasTerminal();
  const handlers: Partial<Record<NodeJS.Signals, () => void>> = {
    SIGTERM: () => stop(arbiter.settings.graceful_timeout),
    SIGINT: () => stop(0),
    SIGQUIT: () => stop(0),
    // It also comes when the terminal's window is closed: then nothing is to be left.
    SIGHUP: () => (hadTerminal && !hasTerminal() ? stop(0) : hangUp()),
    SIGUSR1: () => arbiter.reopenLogs(),
    SIGTTIN: () => arbiter.scale(1),
    SIGTTOU: () => arbiter.scale(-1),
  };
  const entries = Object.entries(handlers) as Array<[NodeJS.Signals, () => void]>;
  const listeners = entries.map(([signal, handle]) => {
    const listener = (): void => {
      log('info', `Handling signal: ${signal.slice(3).toLowerCase()}`);
      handle();
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return {
    close: () => {
      for (const forget of listeners) forget();
    },
  };
}
