/**
 * What stands out in a trace: statements that one line sends again and again. Only what was observed is
 * told, by text, call site and digest of the parameters; nothing is guessed about how to mend it.
 *
 * Works on the tuples as they come from a worker, whose texts and sites are numbers: it runs for each trace.
 */

import { groupBy } from '../analysis/groupBy.ts';
import type { Finding, Place } from '../stream/trace.ts';
import type { CapturedTrace, GroupTuple, SpanTuple } from './capturedTrace.ts';

/** So many executions with differing parameters are an N+1. */
const LEAST = 5;
const MAX_FINDINGS = 100;

/** Repeated by right: transactions, and what drivers say to a connection. */
const LEGITIMATE =
  /^\s*(?:savepoint|release|rollback|begin|start\s+transaction|commit|set|pragma)\b/i;

/** A finding whose text and site are indices still. */
export type FoundTuple = Omit<Finding, 'text' | 'site'> & { text: number; site: number };

/** The findings of a trace, those that waste the most first. */
export function findIn({ spans = [], groups = [], texts = [] }: CapturedTrace): FoundTuple[] {
  const statements = byStatement(spans, texts);
  const uncounted = new Map(
    groups.flatMap((group) => (group[0] === 'sql' ? [[key(group[1], group[2]), group]] : [])),
  );
  return [...statements]
    .flatMap(([statement, executions]) => judge(executions, uncounted.get(statement)))
    .sort((a, b) => b.wasted - a.wasted)
    .slice(0, MAX_FINDINGS);
}

const key = (text: number, site: number): number => text * 0x1_0000 + site + 1;

/** Those that were executed more than once, and not by right. */
function byStatement(spans: SpanTuple[], texts: string[]): Map<number, SpanTuple[]> {
  const sql = spans.filter(([kind]) => kind === 'sql');
  const statements = groupBy(sql, (span) => key(span[4], span[5]));
  for (const [statement, executions] of statements) {
    const text = texts[executions[0]?.[4] ?? -1] ?? '';
    if (executions.length < 2 || LEGITIMATE.test(text)) statements.delete(statement);
  }
  return statements;
}

/**
 * One N+1, or the duplicates by their parameters. Executions beyond the bound of a trace (`rest`) carry no
 * digest: they belong to an N+1 if those before them are one. Nor do those that were recorded lightly,
 * of which nothing is said.
 */
function judge(executions: SpanTuple[], rest: GroupTuple | undefined) {
  const byDigest = groupBy(executions, (span) => span[6].parameters_digest);
  const known = [...byDigest].filter(([digest]) => digest !== undefined);
  const count = executions.length + (rest?.[3] ?? 0);
  if (known.length > 1 && count >= LEAST) return [repeated('n+1', executions, rest)];
  return known
    .filter(([, same]) => same.length > 1)
    .map(([, same]) => repeated('duplicate', same, undefined));
}

function repeated(
  kind: Finding['kind'],
  executions: SpanTuple[],
  rest: GroupTuple | undefined,
): FoundTuple {
  const [first] = executions as [SpanTuple];
  const took = executions.reduce((sum, span) => sum + span[3], 0);
  const template = templateOf(executions);
  return {
    kind,
    text: first[4],
    site: first[5],
    ...(template && { template }),
    count: executions.length + (rest?.[3] ?? 0),
    wasted: took - first[3] + (rest?.[4] ?? 0),
  };
}

const templateOf = (executions: SpanTuple[]): Place | undefined =>
  executions.find(([, , , , , , attributes]) => attributes.template)?.[6].template;
