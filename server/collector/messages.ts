/** A batch as OTLP/HTTP's messages. */

import { setImmediate } from 'node:timers/promises';
import type { Captured, Origin } from '../formats/captured.ts';
import { resourceLogs, type TraceIds } from '../formats/otlp/logRecords.ts';
import { resourceSpans } from '../formats/otlp/otlp.ts';
import type { Store } from '../stream/store.ts';
import type { Line } from './waiting.ts';

export interface Message {
  path: '/v1/traces' | '/v1/logs';
  body: string;
  /** Requests or lines in it. */
  count: number;
}

/** Traces are as large as they may be, so that others have their turn after each. */
export async function spansMessage(
  requests: Captured[],
  origin: Origin,
  store: Store,
): Promise<Message> {
  const spans: string[] = [];
  for (const captured of requests) {
    const trace = store.trace(captured.request.request);
    spans.push(
      ...resourceSpans([{ ...captured, trace }], origin).map((one) => JSON.stringify(one)),
    );
    await setImmediate();
  }
  return { path: '/v1/traces', body: `{"resourceSpans":[${spans}]}`, count: requests.length };
}

export function linesMessage(lines: Line[], origin: Origin, traceIds: TraceIds): Message {
  const body = JSON.stringify({ resourceLogs: resourceLogs(lines, origin, traceIds) });
  return { path: '/v1/logs', body, count: lines.length };
}
