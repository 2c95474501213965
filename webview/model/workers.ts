/** The newest worker of each slot; while a slot is handed over, its old worker is not shown. */

import type { WorkerEvent } from '../../server/stream/protocol.ts';

export class Workers {
  readonly #slots = new Map<number, WorkerEvent>();

  apply(event: WorkerEvent): void {
    const known = this.#slots.get(event.worker);
    if (known && isSuperseded(event, known)) return;
    this.#slots.set(event.worker, event);
  }

  /** By slot; a slot above `count` is listed while its worker still lives. */
  list(count: number): WorkerEvent[] {
    return [...this.#slots.values()]
      .filter((event) => event.state !== 'exited' || event.worker <= count)
      .sort((a, b) => a.worker - b.worker);
  }

  clear(): void {
    this.#slots.clear();
  }
}

function isSuperseded(event: WorkerEvent, known: WorkerEvent): boolean {
  if (event['process.pid'] === known['process.pid']) return false;
  const leaving = event.state === 'retiring' || event.state === 'exited';
  return event.generation < known.generation || leaving;
}
