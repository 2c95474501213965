/**
 * What is wrong with the app now, as Problems of the editor: gone as soon as new code is there, or the routes
 * that failed were answered well.
 */

import type { ExceptionEvent, KeptEvent, RequestEnded } from '../server/stream/protocol.ts';
import { routeOf } from '../server/stream/route.ts';

export interface Problem {
  /** Absolute path. */
  file: string;
  /** From 1. */
  line: number;
  column: number;
  message: string;
  /** An app that cannot be imported, as against a request that failed. */
  fatal: boolean;
}

export interface Problems {
  readonly all: readonly Problem[];
  /** Whether that changed them. */
  hear(event: KeptEvent): boolean;
}

interface Known {
  problem: Problem;
  /** Where it was met, and has not gone well since. */
  routes: Set<string>;
}

export function createProblems(): Problems {
  let known: Known[] = [];
  let generation = 0;
  /** Exceptions of requests that are still running, whose answer says whether they matter. */
  const pending = new Map<string, ExceptionEvent>();

  /** @param route absent when it is no request's */
  function add(exception: ExceptionEvent, route?: string): boolean {
    const problem = problemOf(exception);
    if (!problem) return false;
    const same = known.find((one) => isSame(one.problem, problem));
    const routes = same?.routes ?? new Set();
    if (route !== undefined) routes.add(route);
    if (!same) known = [...known, { problem, routes }];
    return !same;
  }

  function clear(): boolean {
    pending.clear();
    const had = known.length > 0;
    known = [];
    return had;
  }

  /** What only this route met is over: it was answered well. */
  function wentWell(route: string): boolean {
    const before = known.length;
    known = known.filter(({ routes }) => !routes.delete(route) || routes.size > 0);
    return known.length < before;
  }

  /** A request of superseded code tells nothing of the code that there is now. */
  function requestEnded(event: RequestEnded): boolean {
    const exception = pending.get(event.request);
    pending.delete(event.request);
    const status = event['http.response.status_code'];
    if (event.imported || event.generation < generation) return false;
    const hasFailed = status === null || status >= 500;
    if (!hasFailed) return wentWell(routeOf(event));
    return exception !== undefined && add(exception, routeOf(event));
  }

  function exceptionTold(event: ExceptionEvent): boolean {
    if (event.request) pending.set(event.request, event);
    if (event.kind !== 'import') return false;
    const changed = clear();
    return add(event) || changed;
  }

  return {
    get all() {
      return known.map(({ problem }) => problem);
    },
    hear(event) {
      if (event.type === 'exception') return exceptionTold(event);
      if (event.type === 'request.ended') return requestEnded(event);
      if (event.type !== 'reload' || event.phase !== 'ready') return false;
      generation = event.generation;
      return clear();
    },
  };
}

/** Of several servers: what is wrong with a file that they share is told once. */
export function union(lists: (readonly Problem[])[]): Problem[] {
  const all: Problem[] = [];
  for (const problem of lists.flat()) {
    if (!all.some((known) => isSame(known, problem))) all.push(problem);
  }
  return all;
}

function problemOf(exception: ExceptionEvent): Problem | undefined {
  const { location, hint } = exception;
  if (!location) return undefined;
  // The place that a SyntaxError's message ends with is the Problem's own.
  const reason = exception['exception.message'].replace(/ \([^()]+, line \d+\)$/, '');
  const said = [`${exception['exception.type']}: ${reason}`, hint?.text, hint?.command];
  return {
    file: location['code.file.path'],
    line: location['code.line.number'],
    column: location.column ?? 1,
    message: said.filter((part) => part).join('\n'),
    fatal: exception.kind === 'import',
  };
}

function isSame(one: Problem, other: Problem): boolean {
  return one.file === other.file && one.line === other.line && one.message === other.message;
}
