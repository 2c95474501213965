/** A request as a person would paste it into a chat: what matters of it, in at most about 8 KB. */

import type { RequestEnded } from '../../stream/protocol.ts';
import { type Captured, type Origin, outcomeOf } from '../captured.ts';
import { bodies, exceptions, findings, log, profile, sql } from './sections.ts';
import { code, cut, milliseconds } from './text.ts';

const MOST = 8_000;
const TARGET = 200;

/** The weightiest first: what finds no room is named at the end. */
const SECTIONS = { exceptions, findings, profile, sql, log, bodies };

export function markdown(captured: Captured, origin: Origin): string {
  const parts = [
    title(captured),
    facts(captured, origin)
      .map((fact) => `- ${fact}`)
      .join('\n'),
  ];
  const left: string[] = [];
  let room = MOST - parts.join('').length;
  for (const [name, write] of Object.entries(SECTIONS)) {
    const section = write(captured, origin);
    if (section === null) continue;
    if (section.length > room) left.push(name);
    else parts.push(section);
    room -= section.length > room ? 0 : section.length;
  }
  if (left.length > 0) parts.push(`Left out, as it is too long: ${left.join(', ')}.`);
  return `${parts.join('\n\n')}\n`;
}

function title(captured: Captured): string {
  const { request } = captured;
  const { status, duration } = outcomeOf(captured);
  const query = request['url.query'] && `?${request['url.query']}`;
  const target = code(
    cut(`${request['http.request.method']} ${request['url.path']}${query}`, TARGET),
  );
  if (request.type === 'request.started') return `# ${target}: still running`;
  return `# ${target}: ${status ?? 'no answer'} in ${milliseconds(duration)}`;
}

function facts(captured: Captured, origin: Origin): string[] {
  const { request } = captured;
  const { started } = outcomeOf(captured);
  const when = `${new Date(started / 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const where = request.imported
    ? 'imported from a file'
    : `worker ${request.worker}, generation ${request.generation} of the code`;
  const replayed = request.replay_of ? [`Replay of ${request.replay_of}`] : [];
  const ended = request.type === 'request.ended' ? endedFacts(request) : [];
  return [`${when}; ${where}`, ...replayed, ...ended, versions(request, origin)];
}

/** They lie around each other and all others: their sum is no time that passed. */
const AROUND = new Set(['middleware', 'view']);

function endedFacts(request: RequestEnded): string[] {
  const { view, before, phases, cpu, totals, client_gone: gone } = request;
  const route = request['http.route'];
  const parts = Object.entries({ ...phases, processor: cpu }).flatMap(([name, time]) =>
    time === null ? [] : [`${name} ${milliseconds(time)}`],
  );
  const counts = Object.entries(totals).flatMap(([kind, { count, duration }]) =>
    AROUND.has(kind) ? [] : [`${kind} ${count} × (${milliseconds(duration)})`],
  );
  return [
    ...(view ? [`View ${code(view)}${route ? `, route ${code(route)}` : ''}`] : []),
    `Time: ${parts.join(', ')}`,
    ...(counts.length > 0 ? [`Spans: ${counts.join(', ')}`] : []),
    ...(before ? [beforeText(before)] : []),
    ...(gone ? ['The client left before the answer was complete'] : []),
  ];
}

const beforeText = ({
  generation,
  duration,
  totals,
}: NonNullable<RequestEnded['before']>): string =>
  `On the code before (generation ${generation}): ${milliseconds(duration)}, SQL ${totals.sql?.count ?? 0} ×`;

function versions(request: Captured['request'], { version, python, libraries }: Origin): string {
  const framework = request.type === 'request.ended' ? request.framework : null;
  const own = framework ? libraries[framework] : undefined;
  const known = [`Prefork ${version}`, `Python ${python}`];
  if (framework) known.push(`${framework}${own ? ` ${own}` : ''}`);
  const others = Object.entries(libraries).filter(([name]) => name !== framework);
  return [...known, ...others.slice(0, 8).map((pair) => pair.join(' '))].join(', ');
}
