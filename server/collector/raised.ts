/** Exceptions that wait for the end of their request, whose span has them. */

import type { Captured } from '../formats/captured.ts';
import type { ExceptionEvent } from '../stream/protocol.ts';
import { remember } from './newest.ts';

export interface Raised {
  /** Its request, if that is known. False: there is no span that could have it any more. */
  add(exception: ExceptionEvent, waiting: readonly Captured[], request?: { type: string }): boolean;
  take(request: string): ExceptionEvent[];
}

export function createRaised(): Raised {
  const raised = new Map<string, ExceptionEvent[]>();
  return {
    add: (exception, waiting, known) => {
      const { request } = exception;
      const ended = known?.type === 'request.ended';
      if (request === undefined) return false;
      const span = waiting.find((captured) => captured.request.request === request);
      if (span) span.exceptions.push(exception);
      else if (!ended) remember(raised, request, [...(raised.get(request) ?? []), exception]);
      return span !== undefined || !ended;
    },
    take: (request) => {
      const exceptions = raised.get(request) ?? [];
      raised.delete(request);
      return exceptions;
    },
  };
}
