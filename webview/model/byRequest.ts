/** A bounded list of events that can also be looked up by their request. */

import { Bounded } from './bounded.ts';

export class ByRequest<Event extends { request?: string }> extends Bounded<Event> {
  readonly #byRequest = new Map<string, Event[]>();

  override push(event: Event): void {
    super.push(event);
    if (event.request === undefined) return;
    const known = this.#byRequest.get(event.request);
    if (known) known.push(event);
    else this.#byRequest.set(event.request, [event]);
  }

  /** Oldest first. */
  of(request: string): readonly Event[] {
    return this.#byRequest.get(request) ?? [];
  }

  /** The oldest go first, of a request as of all. */
  override trim(): Event[] {
    const forgotten = super.trim();
    for (const { request } of forgotten) if (request !== undefined) this.#forget(request);
    return forgotten;
  }

  override clear(): void {
    super.clear();
    this.#byRequest.clear();
  }

  #forget(request: string): void {
    const known = this.#byRequest.get(request);
    known?.shift();
    if (known?.length === 0) this.#byRequest.delete(request);
  }
}
