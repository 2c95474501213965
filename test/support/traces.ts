/** Requests and their traces, as a test asks for them. */

import type { RequestEnded } from '../../server/stream/protocol.ts';
import type { Span, Trace } from '../../server/stream/trace.ts';
import { send } from './http.ts';
import type { RunningServer } from './server.ts';

export interface Traced {
  body: string;
  status: number;
  ended: RequestEnded;
  trace: Trace;
}

let asked = 0;

/** Asks for a path, which must have no query, and waits until the request is told of. */
export async function traced(server: RunningServer, path: string): Promise<Traced> {
  asked += 1;
  const query = `asked=${asked}`;
  const stream = await server.stream();
  const { body, status } = await send(`${server.url}${path}?${query}`);
  const ended = await stream.event('request.ended', (event) => event['url.query'] === query);
  const { trace } = await stream.command('request', { request: ended.request });
  if (!trace) throw new Error(`${path} has no trace`);
  return { body, status, ended, trace };
}

/** The spans of these kinds, one a line, indented by depth. */
export function outline(trace: Trace, ...kinds: Span['kind'][]): string[] {
  const listed = trace.spans.filter(({ kind }) => kinds.includes(kind));
  const depth = (span: Span): number => {
    const outer = span.parent === null ? undefined : trace.spans[span.parent];
    return outer === undefined ? 0 : depth(outer) + (kinds.includes(outer.kind) ? 1 : 0);
  };
  return listed.map((span) => `${'  '.repeat(depth(span))}${span.kind} ${span.text}`);
}

/** The spans of one kind. */
export const ofKind = (trace: Trace, kind: Span['kind']): Span[] =>
  trace.spans.filter((span) => span.kind === kind);

/** File name and line. */
export const placeOf = (place: Span['site'] | undefined): string =>
  place ? `${place['code.file.path'].split('/').at(-1)}:${place['code.line.number']}` : '';
