/** Two requests side by side. */

import type { Comparison } from '../stream/comparison.ts';
import type { Microseconds } from '../stream/protocol.ts';
import type { Trace } from '../stream/trace.ts';
import { alignSpans } from './align.ts';
import { diffBodies, diffFields } from './textDiff.ts';
import { compareInWords, type Side } from './words.ts';

export type { Side } from './words.ts';

/** Of every answer, and other in each. */
const OWN_TO_EACH = new Set([
  'date',
  'server-timing',
  'x-prefork-request',
  'traceparent',
  'tracestate',
]);

/** `durations`: of other runs of the route on the code of `before`, to tell what is noise. */
export function compare(
  before: Side,
  after: Side,
  durations: readonly Microseconds[] = [],
): Comparison {
  const [left, right] = [before.trace, after.trace];
  return {
    before: before.request,
    after: after.request,
    words: compareInWords(before, after, durations),
    spans: left && right ? alignSpans(left, right) : [],
    response: {
      headers: fields('response_headers', left, right),
      body: left && right ? diffBodies(left.response_body, right.response_body) : null,
    },
    request_headers: fields('request_headers', left, right),
    missing: [...(left ? [] : (['before'] as const)), ...(right ? [] : (['after'] as const))],
  };
}

function fields(
  which: 'request_headers' | 'response_headers',
  before: Trace | null,
  after: Trace | null,
): ReturnType<typeof diffFields> {
  if (!before || !after) return [];
  return diffFields(before[which], after[which], OWN_TO_EACH);
}
