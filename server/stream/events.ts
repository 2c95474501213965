/** Events on their way to the store, which numbers them. */

import type { KeptEvent, Microseconds } from './protocol.ts';

type Unnumbered<Event> = Event extends unknown ? Omit<Event, 'sequence'> : never;

/** An event that has no sequence number yet. */
export type NewEvent = Unnumbered<KeptEvent>;

/** Where events go to be kept and sent. */
export type Journal = (event: NewEvent) => void;

/** Microseconds since the Unix epoch. */
export const now = (): Microseconds => Date.now() * 1000;
