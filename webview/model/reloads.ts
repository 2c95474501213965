/** One row a generation, from its `started` to its `ready` or `failed`. */

import type { ReloadEvent } from '../../server/stream/protocol.ts';
import type { ReloadRow } from './rows.ts';

export class Reloads {
  readonly #add: (row: ReloadRow) => void;
  #row: ReloadRow | null = null;
  #answering: number | null = null;

  constructor(add: (row: ReloadRow) => void) {
    this.#add = add;
  }

  get latest(): ReloadEvent | null {
    return this.#row?.reload ?? null;
  }

  apply(event: ReloadEvent): void {
    if (this.#row?.reload.generation === event.generation) this.#row.reload = event;
    else this.#begin(event);
    if (event.phase !== 'started') this.#answering = event.generation;
  }

  clear(): void {
    this.#row = null;
    this.#answering = null;
  }

  #begin(event: ReloadEvent): void {
    const previous = this.#answering;
    this.#row = { kind: 'reload', key: event.time, previous, reload: event };
    this.#add(this.#row);
  }
}
