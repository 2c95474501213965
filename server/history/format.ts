/**
 * The history's text: a line that says what it is, then an event a line, each as the stream has it. A
 * request's trace is in the line before the request, and stays text until somebody opens it.
 *
 * All of it has passed the stream, where secrets are hidden already; what a replay needs besides is
 * never part of a trace, and so not of this.
 */

import type { StoredTrace } from '../stream/traces.ts';
import { type HistoricEvent, isHistoric } from './bounds.ts';

export const HEADER = '{"type":"prefork-history","format":1}\n';
const TRACE = '{"type":"trace","request":"';
const TEXT = '","trace":';

export interface Entry {
  event: HistoricEvent;
  trace?: StoredTrace;
}

export interface Decoded {
  entries: Entry[];
  /** What is wrong with the rest of it, if anything is. */
  fault: string | null;
}

/** One or two lines. */
export function encode(event: HistoricEvent, trace: StoredTrace | null): string {
  const line = `${JSON.stringify(event)}\n`;
  if (!trace) return line;
  const text = trace.text ?? JSON.stringify(trace.open());
  return `${TRACE}${(event as { request: string }).request}${TEXT}${text}}\n${line}`;
}

/** All up to the first line that makes no sense; a last one that was not written whole is no fault. */
export function decode(content: Buffer): Decoded {
  const entries: Entry[] = [];
  if (content.length === 0) return { entries, fault: null };
  const lines = linesOf(content);
  if (lines.next().value !== HEADER.trimEnd())
    return { entries, fault: 'not a history of Prefork' };
  let trace: { request: string; stored: StoredTrace } | undefined;
  for (const line of lines) {
    if (line.startsWith(TRACE)) {
      trace = decodeTrace(line);
      continue;
    }
    const event = decodeEvent(line);
    if (!event) return { entries, fault: 'damaged' };
    const own = event.type === 'request.ended' && trace?.request === event.request;
    entries.push(own && trace ? { event, trace: trace.stored } : { event });
  }
  return { entries, fault: null };
}

/** Each line is a text of its own, which holds no other in memory. */
function* linesOf(content: Buffer): Generator<string, undefined> {
  let start = 0;
  for (;;) {
    const end = content.indexOf('\n', start);
    if (end < 0) return undefined;
    yield content.toString('utf8', start, end);
    start = end + 1;
  }
}

function decodeTrace(line: string): { request: string; stored: StoredTrace } {
  const end = line.indexOf('"', TRACE.length);
  const text = line.slice(end + TEXT.length, -1);
  const open = (): ReturnType<StoredTrace['open']> => JSON.parse(text);
  return { request: line.slice(TRACE.length, end), stored: { bytes: text.length, text, open } };
}

function decodeEvent(line: string): HistoricEvent | null {
  try {
    const event = JSON.parse(line);
    return isHistoric(event) && Number.isSafeInteger(event.sequence) ? event : null;
  } catch {
    return null;
  }
}
