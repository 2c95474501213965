/** Events on their way to the store, which numbers them. */

import type { KeptEvent, Microseconds } from './protocol.ts';
import type { StoredTrace } from './traces.ts';

type Unnumbered<Event> = Event extends unknown ? Omit<Event, 'sequence'> : never;

/** An event that has no sequence number yet. */
export type NewEvent = Unnumbered<KeptEvent>;

/** Where events go to be kept and sent; the trace of a request that ended is kept only. */
export type Journal = (event: NewEvent, trace?: StoredTrace) => void;

/** Microseconds since the Unix epoch. */
export const now = (): Microseconds => Date.now() * 1000;
