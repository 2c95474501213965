/** A request in words, as `prefork show` prints it. */

import { isCutShort } from '../stream/filter/requestRow.ts';
import type { Commands, RequestEnded, RequestStarted } from '../stream/protocol.ts';
import { targetOf } from './lines.ts';
import { type Paint, safe } from './paint.ts';
import {
  callLines,
  exceptionLines,
  findingLines,
  logLines,
  profileLines,
  timesOf,
} from './sections.ts';
import { clock, duration } from './text.ts';

type Details = Commands['request']['gives'];

export interface Around {
  /** What is other than on the code before, in words. */
  changes: string[];
  /** The app's folder. */
  root: string;
  paint: Paint;
}

export function report(details: Details, { changes, root, paint }: Around): string {
  const { request, trace, exceptions, logs } = details;
  const section = (title: string, lines: string[]): string[] =>
    lines.length > 0 ? ['', paint('bold', title), ...lines.map((line) => `  ${line}`)] : [];
  const ended = request.type === 'request.ended' ? request : null;
  return [
    ...headline(request, paint),
    ...section('Since the code before', changes.map(safe)),
    ...section('Where the time went', ended ? timesOf(ended) : []),
    ...section(
      'Found',
      (trace?.findings ?? []).flatMap((found) => findingLines(found, root)),
    ),
    ...section('Calls', trace ? callLines(trace, root) : []),
    ...section('Profile', trace?.profile ? profileLines(trace.profile, root) : []),
    ...section(
      'Exceptions',
      exceptions.flatMap((event) => exceptionLines(event, root)),
    ),
    ...section('Log', logLines(logs, paint)),
    ...(ended && !trace ? ['', paint('dim', 'Its trace is not kept.')] : []),
  ].join('\n');
}

function headline(request: RequestEnded | RequestStarted, paint: Paint): string[] {
  const { worker, generation, trace_id, parent_span_id, replay_of } = request;
  const ended = request.type === 'request.ended' ? request : null;
  const facts = [
    ended?.view ?? '',
    ended?.framework ?? '',
    `worker ${worker}, generation ${generation}`,
    clock(ended?.started ?? request.time),
    `from ${request['client.address']}`,
  ];
  const origin = [
    `request ${request.request}`,
    `trace ${trace_id}${parent_span_id ? `, called by span ${parent_span_id}` : ''}`,
    ...(replay_of ? [`replay of ${replay_of}`] : []),
  ];
  return [
    paint('bold', `${targetOf(request)} → ${ended ? outcome(ended) : 'still running'}`),
    safe(facts.filter(Boolean).join(' · ')),
    paint('dim', safe(origin.join(' · '))),
  ];
}

function outcome(ended: RequestEnded): string {
  const status = ended['http.response.status_code'];
  const took = duration(ended.duration);
  if (isCutShort(ended)) return `its worker died after ${took}`;
  const gone = ended.client_gone ? ', and the client was gone' : '';
  return `${status ?? 'no status'} in ${took}${gone}`;
}
