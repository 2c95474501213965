/** One row a generation, from its `started` to its `ready` or `failed`. */

import type { ReloadEvent, RequestEnded } from '../../server/stream/protocol.ts';
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

  /** A request of older code that was under way when the generation was begun, and is answered. */
  drain(request: RequestEnded): void {
    const row = this.#row;
    if (!row || request.generation >= row.reload.generation) return;
    if (request.started <= row.begun && request.time > row.begun) row.drained += 1;
  }

  clear(): void {
    this.#row = null;
    this.#answering = null;
  }

  #begin(event: ReloadEvent): void {
    const previous = this.#answering;
    const { time } = event;
    this.#row = { kind: 'reload', key: time, begun: time, previous, reload: event, drained: 0 };
    this.#add(this.#row);
  }
}
