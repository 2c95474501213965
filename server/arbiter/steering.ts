/** Steering: to which worker alone new requests go, while it can take them. Its successors inherit that. */

import type { ZygoteCommand } from './control.ts';
import type { Worker } from './worker.ts';

export interface SteeringOptions {
  /** The worker that stands in a slot. */
  inSlot(slot: number): Worker | undefined;
  send(command: ZygoteCommand): void;
  changed(): void;
}

export interface Steering {
  /** The slot that requests go to, null while they go to all. */
  readonly slot: number | null;
  to(slot: number | null): void;
  /** Workers have come or gone. */
  settle(): void;
  /** A new zygote has a board of its own. */
  tellAnew(): void;
}

export function createSteering({ inSlot, send, changed }: SteeringOptions): Steering {
  let slot: number | null = null;
  let steered: Worker | null = null;

  const settle = (): void => {
    const found = slot === null ? undefined : inSlot(slot);
    const next = found?.state === 'ready' && !found.retired ? found : null;
    if (next === steered) return;
    steered?.steer(false);
    steered = next;
    steered?.steer(true);
    send({ type: 'steer', pid: steered?.pid ?? null });
  };

  return {
    get slot() {
      return slot;
    },
    to: (wanted) => {
      if (wanted === slot) return;
      slot = wanted;
      settle();
      changed();
    },
    settle,
    tellAnew: () => {
      if (steered) send({ type: 'steer', pid: steered.pid });
    },
  };
}
