/** `prefork routes`: what the kept requests say of each route. */

import { connectStream } from '../stream/client.ts';
import type { RouteStatistics } from '../stream/protocol.ts';
import type { ClientLine } from './commandLine.ts';
import type { Output } from './output.ts';
import { safe } from './paint.ts';
import { duration, table } from './text.ts';

const HEAD = [
  '>COUNT',
  '>ERRORS',
  '>MEDIAN',
  '>P95',
  '>SLOWEST',
  '>SQL',
  '>BEFORE',
  '>LAST',
  'ROUTE',
];

export async function routes(url: string, { json }: ClientLine, output: Output): Promise<void> {
  const client = await connectStream(url);
  const { routes: told } = await client.command('routes', {});
  client.close();
  if (json) for (const route of told) output.print(JSON.stringify(route));
  else if (told.length === 0) output.say('No request has been answered yet.');
  else printTable(told, output);
}

function printTable(told: RouteStatistics[], { print, paint }: Output): void {
  const [head = '', ...lines] = table(HEAD, told.map(rowOf));
  print(paint('bold', head));
  for (const [at, line] of lines.entries()) {
    const { errors = 0, findings = [] } = told[at] ?? {};
    print(paint(errors > 0 ? 'red' : findings.length > 0 ? 'yellow' : null, line));
  }
}

function rowOf(route: RouteStatistics): string[] {
  const { count, errors, median, p95, slowest, sql, before, last, findings, view } = route;
  const found = findings.map((finding) => (finding === 'n+1' ? 'N+1' : finding)).join(', ');
  const name = `${route['http.request.method']} ${route['http.route']}`;
  return [
    String(count),
    errors > 0 ? String(errors) : '',
    ...[median, p95, slowest].map(duration),
    sql.count > 0 ? String(sql.count) : '',
    before ? duration(before.duration) : '',
    duration(last.duration),
    safe([name, ...(view ? [view] : []), ...(found ? [found] : [])].join('  ')),
  ];
}
