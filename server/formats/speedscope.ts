/**
 * A request's profile as a file of speedscope, of its type "sampled".
 *
 * Source: https://www.speedscope.app/file-format-schema.json. The format knows no states: what a sample was
 * besides running is its innermost frame.
 */

import type { Profile, SampleState } from '../stream/profile.ts';
import { routeOf } from '../stream/route.ts';
import type { Captured, Origin } from './captured.ts';

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';
const INNERMOST: Record<SampleState, string | null> = {
  running: null,
  waiting: '[waiting]',
  native: '[C code, which held the interpreter]',
};
const SERVER = '[the server itself]';

interface Frame {
  name: string;
  file?: string;
  line?: number;
}

/** @throws when the request has no profile */
export function speedscope({ request, trace }: Captured, { version }: Origin): string {
  if (request.type !== 'request.ended' || !trace?.profile) {
    throw new Error(`Request ${request.request} has no profile: it was not slow, or is not kept.`);
  }
  const name = `${routeOf(request)}, ${Math.round(request.duration / 1000)} ms`;
  return JSON.stringify({
    $schema: SCHEMA,
    name,
    exporter: `prefork@${version}`,
    activeProfileIndex: 0,
    ...profiled(name, trace.profile),
  });
}

function profiled(name: string, profile: Profile): object {
  const frames: Frame[] = profile.frames.map((frame) => ({
    name: frame['code.function.name'],
    file: frame['code.file.path'],
    line: frame['code.line.number'],
  }));
  const numbers = new Map<string, number>();
  const numberOf = (label: string): number => {
    const number = numbers.get(label) ?? frames.push({ name: label }) - 1;
    numbers.set(label, number);
    return number;
  };
  const samples = profile.samples.map(([stack, , state]) => {
    const called = profile.stacks[stack] ?? [];
    const innermost = called.length === 0 ? SERVER : INNERMOST[state];
    return innermost === null ? called : [...called, numberOf(innermost)];
  });
  const weights = profile.samples.map(([, weight]) => weight);
  const endValue = profile.start + weights.reduce((sum, weight) => sum + weight, 0);
  const sampled = { type: 'sampled', name, unit: 'microseconds', startValue: profile.start };
  return { shared: { frames }, profiles: [{ ...sampled, endValue, samples, weights }] };
}
