/** The SQL of a trace: executions of one statement from one line, taken together. */

import type { Microseconds } from '../../../server/stream/protocol.ts';
import type { FindingKind, Place, Span, SpanGroup, Trace } from '../../../server/stream/trace.ts';
import { once } from './once.ts';
import { keyOfFinding, statementKey } from './places.ts';

export interface Statement {
  key: string;
  text: string;
  site: Place | null;
  template: Place | undefined;
  /** `sqlite`, `postgresql`, …; and which of several databases. */
  system: string | undefined;
  namespace: string | undefined;
  /** Those past the bound included. */
  count: number;
  total: Microseconds;
  longest: Microseconds;
  fetch: Microseconds;
  /** Null where no execution says. */
  rows: number | null;
  errors: number;
  /** Indexes of the spans; the rest was only counted. */
  executions: number[];
  findings: FindingKind[];
  wasted: Microseconds;
}

function empty({ text, site }: Pick<Span, 'text' | 'site'>): Statement {
  return {
    key: statementKey(text, site),
    text,
    site,
    template: undefined,
    system: undefined,
    namespace: undefined,
    count: 0,
    total: 0,
    longest: 0,
    fetch: 0,
    rows: null,
    errors: 0,
    executions: [],
    findings: [],
    wasted: 0,
  };
}

function addSpan(statement: Statement, span: Span, index: number): void {
  const { attributes } = span;
  const rows = attributes['db.response.returned_rows'];
  statement.count += 1;
  statement.total += span.duration;
  statement.longest = Math.max(statement.longest, span.duration);
  statement.fetch += attributes.fetch ?? 0;
  if (rows !== undefined) statement.rows = (statement.rows ?? 0) + rows;
  if (span['error.type']) statement.errors += 1;
  statement.template ??= attributes.template;
  statement.system ??= attributes['db.system.name'];
  statement.namespace ??= attributes['db.namespace'];
  statement.executions.push(index);
}

function addGroup(statement: Statement, group: SpanGroup): void {
  statement.count += group.count;
  statement.total += group.duration;
  statement.longest = Math.max(statement.longest, group.longest);
}

/** In the order in which they first ran. */
export const statementsOf = once((trace: Trace): Statement[] => {
  const byKey = new Map<string, Statement>();
  const of = (what: Pick<Span, 'text' | 'site'>): Statement => {
    const key = statementKey(what.text, what.site);
    const known = byKey.get(key) ?? empty(what);
    byKey.set(key, known);
    return known;
  };
  trace.spans.forEach((span, index) => {
    if (span.kind === 'sql') addSpan(of(span), span, index);
  });
  for (const group of trace.groups) if (group.kind === 'sql') addGroup(of(group), group);
  for (const finding of trace.findings) {
    const statement = byKey.get(keyOfFinding(finding));
    statement?.findings.push(finding.kind);
    if (statement) statement.wasted += finding.wasted;
  }
  return [...byKey.values()];
});

export type Order = 'first' | 'count' | 'total' | 'longest' | 'rows';

/** The first by when they ran, all others with the greatest on top. */
export function sorted(statements: readonly Statement[], order: Order): readonly Statement[] {
  if (order === 'first') return statements;
  return statements.toSorted((a, b) => (b[order] ?? -1) - (a[order] ?? -1));
}
