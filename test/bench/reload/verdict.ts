/**
 * What a save came to, from the answers to the probes around it.
 *
 * *All new* is the moment after which every answer is new: the first new answer after the last old
 * one and the last failure. Old is an answer of the code before the save to a request that was sent
 * after it. *Stale* is an old answer that nobody would forgive: its request was sent when a new
 * answer had been seen already, or when the server had said that the save is in force.
 */

export type Outcome = 'new' | 'old' | 'refused' | 'failed';

/** One request and what became of it; times in ms on one monotonic clock. */
export interface Probe {
  sent: number;
  ended: number;
  outcome: Outcome;
}

export interface Verdict {
  /** From the save to the first new answer, in ms. */
  first: number;
  /** From the save to the moment every answer is new, in ms. */
  all: number;
  /** The longest that any request waited for its answer, in ms. */
  wait: number;
  refused: number;
  failed: number;
  stale: number;
}

/** `acknowledged` is when the server said that the save is in force; most cannot say. */
export function judge(probes: Probe[], saved: number, acknowledged = Infinity): Verdict {
  const after = probes.filter(({ ended }) => ended >= saved).sort((a, b) => a.ended - b.ended);
  const late = after.filter(({ sent, outcome }) => outcome !== 'old' || sent >= saved);
  const first = late.find(({ outcome }) => outcome === 'new')?.ended ?? Infinity;
  const lastBad = late.findLastIndex(({ outcome }) => outcome !== 'new');
  const promised = Math.min(first, acknowledged);
  const count = (outcome: Outcome, since = saved): number =>
    late.filter((probe) => probe.outcome === outcome && probe.sent > since).length;
  return {
    first: first - saved,
    all: (late[lastBad + 1]?.ended ?? Infinity) - saved,
    wait: Math.max(0, ...after.map(({ sent, ended }) => ended - sent)),
    refused: count('refused', 0),
    failed: count('failed', 0),
    stale: count('old', promised),
  };
}
