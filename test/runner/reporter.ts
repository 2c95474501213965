/** A reporter for node:test that writes each test's result as a line of JSON. */

import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import type { Result } from './tally.ts';

type Ended = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>;

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  /** Results so far by nesting: a test that has any one level deeper is their parent. */
  const results: number[] = [];
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { nesting } = event.data;
    const isParent = (results[nesting + 1] ?? 0) > 0 || event.data.details.type === 'suite';
    results[nesting + 1] = 0;
    results[nesting] = (results[nesting] ?? 0) + 1;
    const result = resultOf(event);
    if (result && !(isParent && result.outcome === 'passed')) yield `${JSON.stringify(result)}\n`;
  }
}

/** Undefined for a parent that failed only because a child did. */
function resultOf(event: Ended): Result | undefined {
  const { name, skip, todo } = event.data;
  if (skip || todo) return { name, outcome: 'skipped', detail: String(skip || todo) };
  if (event.type === 'test:pass') return { name, outcome: 'passed' };
  const { error } = event.data.details;
  if ('failureType' in error && error.failureType === 'subtestsFailed') return undefined;
  return { name, outcome: 'failed', detail: inspect(error.cause ?? error, { depth: 4 }) };
}
