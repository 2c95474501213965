/** The sections of a request's text: each is null when there is nothing to say. */

import { groupBy } from '../../analysis/groupBy.ts';
import { hotLines } from '../../analysis/hotLines.ts';
import type { ExceptionEvent, Frame } from '../../stream/protocol.ts';
import type { Finding, Place } from '../../stream/trace.ts';
import { type Captured, type Origin, outcomeOf } from '../captured.ts';
import { code, cut, fenced, milliseconds, placeText } from './text.ts';

const STATEMENTS = 5;
const STATEMENT = 400;
const FRAMES = 8;
const LINES = 10;
const LINE = 200;
const BODY = 600;

type Section = (captured: Captured, origin: Origin) => string | null;

export const findings: Section = ({ trace }, { root }) => {
  const lines = (trace?.findings ?? []).slice(0, STATEMENTS).map((finding) => found(finding, root));
  return lines.length === 0 ? null : `## Findings\n\n${lines.join('\n')}`;
};

function found({ kind, count, wasted, text, site, template }: Finding, root: string): string {
  const what = kind === 'n+1' ? 'N+1 queries' : 'Duplicate queries';
  const at = [template, site].flatMap((place) => (place ? [code(placeText(place, root))] : []));
  const where = at.length === 0 ? '' : `, from ${at.join(' and ')}`;
  return `- **${what}**: ${count} × ${code(cut(text, LINE))}${where}; ${milliseconds(wasted)} wasted`;
}

export const sql: Section = ({ request, trace }, { root }) => {
  const total = request.type === 'request.ended' ? request.totals.sql : undefined;
  const spans = (trace?.spans ?? []).filter(({ kind }) => kind === 'sql');
  if (!total || spans.length === 0) return null;
  const groups = [
    ...groupBy(spans, ({ text, site }) => `${text}\n${siteText(site, root)}`).values(),
  ]
    .map((group) => ({ group, time: group.reduce((sum, { duration }) => sum + duration, 0) }))
    .sort((a, b) => b.time - a.time);
  const told = groups.slice(0, STATEMENTS).map(({ group, time }) => {
    const [first] = group;
    const from = siteText(first?.site ?? null, root);
    return `-- ${group.length} ×, ${milliseconds(time)}${from}\n${cut(first?.text ?? '', STATEMENT)}`;
  });
  const rest = groups.length - told.length;
  const more = rest > 0 ? `\n-- and ${rest} other statements` : '';
  const title = `## SQL: ${total.count} statements, ${milliseconds(total.duration)}`;
  return `${title}\n\n${fenced(told.join('\n') + more, 'sql')}`;
};

const siteText = (site: Place | null, root: string): string =>
  site ? `, ${placeText(site, root)}` : '';

export const exceptions: Section = ({ exceptions: all }, { root }) => {
  const [first] = all.toSorted((a, b) => weight(b) - weight(a));
  return first ? `## Exception\n\n${fenced(raised(first, root), 'text')}` : null;
};

/** What made the answer fail, before what was only logged. */
const weight = ({ kind }: ExceptionEvent): number =>
  kind === 'uncaught' ? 2 : kind === 'answered' ? 1 : 0;

function raised(exception: ExceptionEvent, root: string): string {
  const own = exception.frames.filter((frame) => frame.own);
  const frames = (own.length > 0 ? own : exception.frames).slice(-FRAMES);
  const causes = (exception.related ?? []).map(
    (one) => `${one.relation}: ${one['exception.type']}: ${cut(one['exception.message'], LINE)}`,
  );
  const told = `${exception['exception.type']}: ${cut(exception['exception.message'], BODY)}`;
  return [...frames.map((frame) => frameText(frame, root)), told, ...causes.slice(0, 3)].join('\n');
}

const frameText = (frame: Frame, root: string): string =>
  `${placeText(frame, root)}\n    ${cut(frame.source, LINE)}`;

export const profile: Section = ({ trace }, { root }) => {
  if (!trace?.profile) return null;
  const lines = hotLines(trace.profile).slice(0, STATEMENTS);
  const told = lines.map(
    ({ place, duration }) => `- ${code(placeText(place, root))}: ${milliseconds(duration)}`,
  );
  return told.length === 0 ? null : `## Where its time went, by sampling\n\n${told.join('\n')}`;
};

export const log: Section = ({ logs }) => {
  if (logs.length === 0) return null;
  const last = logs
    .slice(-LINES)
    .map((line) => cut(`${line.logger ?? line.source}: ${line.body}`, LINE));
  const title =
    logs.length > LINES ? `## Log: the last ${LINES} of ${logs.length} lines` : '## Log';
  return `${title}\n\n${fenced(last.join('\n'), 'text')}`;
};

/** Of a request that has one, and of an answer that failed. */
export const bodies: Section = (captured) => {
  const { request_body: asked = null, response_body: answered = null } = captured.trace ?? {};
  const { status } = outcomeOf(captured);
  const told = [
    asked?.text ? `## Request body\n\n${fenced(cut(asked.text, BODY))}` : '',
    answered?.text && (status ?? 0) >= 400 && !answered.content_type.startsWith('text/html')
      ? `## Response body\n\n${fenced(cut(answered.text, BODY))}`
      : '',
  ].filter(Boolean);
  return told.length === 0 ? null : told.join('\n\n');
};
