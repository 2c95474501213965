/** What a request called, added up by kind, text and line: those that took the longest first. */

import type { Microseconds } from '../stream/protocol.ts';
import type { Place, SpanKind, Trace } from '../stream/trace.ts';

export interface Call {
  kind: SpanKind;
  text: string;
  site: Place | null;
  count: number;
  duration: Microseconds;
}

/** Views and middleware contain the others, and are left out. */
export function callsOf({ spans, groups }: Trace): Call[] {
  const calls = new Map<string, Call>();
  const listed = spans.map((span) => ({ ...span, count: 1 }));
  for (const { kind, text, site, count, duration } of [...listed, ...groups]) {
    if (kind === 'view' || kind === 'middleware') continue;
    const key = [kind, text, site?.['code.file.path'], site?.['code.line.number']].join('\n');
    const call = calls.get(key) ?? { kind, text, site, count: 0, duration: 0 };
    call.count += count;
    call.duration += duration;
    calls.set(key, call);
  }
  return [...calls.values()].sort((a, b) => b.duration - a.duration);
}
