/**
 * Counts what the page has not seen. Sequence numbers grow by one an event: a gap in what happens
 * live was lost on the way. A gap in the replayed history is none: of states the server keeps only
 * the last. `dropped` events add what never became an event.
 */

import type { DroppedEvent, Hello } from '../../server/stream/protocol.ts';

export class Loss {
  readonly #reported = new Map<number, number>();
  #last = 0;
  #replayed = 0;
  #gaps = 0;

  /** The newest sequence number seen. */
  get last(): number {
    return this.#last;
  }

  /** Sent, but not received. */
  get lost(): number {
    return this.#gaps;
  }

  /** What its sender could not send. */
  get dropped(): number {
    return [...this.#reported.values()].reduce((sum, count) => sum + count, 0);
  }

  greet(hello: Hello): void {
    this.#replayed = hello.newest;
  }

  isLive(sequence: number): boolean {
    return sequence > this.#replayed;
  }

  /** True for an event that is new, false for one seen before. */
  see(sequence: number): boolean {
    if (sequence <= this.#last) return false;
    // The first live event follows the newest of the history, whether or not that is still kept.
    if (this.isLive(sequence)) this.#gaps += sequence - Math.max(this.#last, this.#replayed) - 1;
    this.#last = sequence;
    return true;
  }

  /** Its sender counts since it started: the latest count replaces the one before. */
  report(event: DroppedEvent): void {
    const count = event.requests + event.logs + event.exceptions;
    this.#reported.set(event['process.pid'] ?? 0, count);
  }
}
