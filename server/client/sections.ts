/** The parts of what `prefork show` prints of a request, each as lines. */

import { hotLines } from '../analysis/hotLines.ts';
import type { ExceptionEvent, LogEvent, Profile, RequestEnded } from '../stream/protocol.ts';
import type { Finding, Trace } from '../stream/trace.ts';
import { callsOf } from './calls.ts';
import { type Paint, safe } from './paint.ts';
import { clock, duration, placeText, table } from './text.ts';

/** Of log lines and of calls, so many at most. */
const MOST = 20;
const HOTTEST = 5;
/** Characters of a statement or URL; `--json` has all of it. */
const LONGEST = 200;

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** By phase, by kind of call, and the processor's; views and middleware are what the app's phase is. */
export function timesOf({ phases, totals, cpu, own }: RequestEnded): string[] {
  const calls = Object.entries(totals).filter(([kind]) => kind !== 'view' && kind !== 'middleware');
  const rows: [name: string, took: number | null, count: string][] = [
    ...Object.entries(phases).map(([name, took]): (typeof rows)[0] => [name, took, '']),
    ...calls.map(([kind, total]): (typeof rows)[0] => [kind, total.duration, `${total.count}×`]),
    ['processor', cpu, ''],
    ['capture', own, ''],
  ];
  const known = rows.flatMap(([name, took, count]) =>
    took === null ? [] : [[name, duration(took), count]],
  );
  return table(['', '>', '>'], known).slice(1);
}

/** The lines of the app that took the most of what was sampled. */
export function profileLines(profile: Profile, root: string): string[] {
  const whole = profile.samples.reduce((sum, [, weight]) => sum + weight, 0);
  return hotLines(profile)
    .slice(0, HOTTEST)
    .map(({ place, duration: took }) => {
      const share = `${Math.round((100 * took) / whole)} %`.padStart(5);
      return `${share}  ${placeText(place, root)}  ${safe(place['code.function.name'] ?? '')}`;
    });
}

export function findingLines(
  { kind, text, site, template, count, wasted }: Finding,
  root: string,
): string[] {
  const what = kind === 'n+1' ? 'N+1' : 'Duplicate';
  const places = [template ?? null, site].map((place) => placeText(place, root)).filter(Boolean);
  const where = places.length > 0 ? ` at ${places.join(', called by ')}` : '';
  return [
    `${what}: ${count}× the same statement${where}, ${duration(wasted)} wasted`,
    `  ${cut(safe(text))}`,
  ];
}

export function callLines(trace: Trace, root: string): string[] {
  const calls = callsOf(trace);
  const rows = calls.slice(0, MOST).map(({ kind, count, duration: took, site, text }) => {
    return [kind, `${count}×`, duration(took), placeText(site, root), cut(safe(text))];
  });
  const rest = calls.length - rows.length;
  return [
    ...(rows.length > 0 ? table(['', '>', '>', '', ''], rows).slice(1) : []),
    ...(rest > 0 ? [`… and ${rest} more`] : []),
  ];
}

/** The app's own frames; of a library's exception that met none, the innermost. */
export function exceptionLines(event: ExceptionEvent, root: string): string[] {
  const { frames, hint } = event;
  const own = frames.filter((frame) => frame.own);
  const shown = own.length > 0 ? own : frames.slice(-1);
  return [
    safe(`${event['exception.type']}: ${event['exception.message']}`),
    ...shown.flatMap((frame) => [
      `  ${placeText(frame, root)} in ${safe(frame['code.function.name'])}`,
      ...(frame.source ? [`    ${safe(frame.source)}`] : []),
    ]),
    ...(hint ? [safe(`  ${hint.text}${hint.command ? ` (${hint.command})` : ''}`)] : []),
  ];
}

const LEVELS: Record<number, string> = {
  5: 'DEBUG',
  9: 'INFO',
  13: 'WARNING',
  17: 'ERROR',
  21: 'CRITICAL',
};

export function logLines(logs: LogEvent[], paint: Paint): string[] {
  const shown = logs.slice(-MOST);
  const lines = shown.map(({ time, severity_number: severity, source, logger, body }) => {
    const who = logger ?? source;
    const text = `${(LEVELS[severity] ?? '').padEnd(8)} ${who}  ${safe(body.trimEnd())}`;
    return `${paint('dim', clock(time))}  ${paint(severity >= 17 ? 'red' : severity >= 13 ? 'yellow' : null, text)}`;
  });
  const rest = logs.length - shown.length;
  return rest > 0 ? [`… ${rest} before`, ...lines] : lines;
}
