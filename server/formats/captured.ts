/** What a format is given: a request as the store has it, and the server that it came to. */

import type { Commands, Microseconds } from '../stream/protocol.ts';

/** A request with its trace, log lines and exceptions. */
export type Captured = Commands['request']['gives'];

export interface Origin {
  /** The app hook: `shop.wsgi:application`, `shop:create_app()`. */
  app: string;
  /** By which others know it: `shop`. */
  service: string;
  /** Where it answers: `http://127.0.0.1:8000`, `unix:/path`. */
  addresses: string[];
  /** The folder the app hook is imported from; absolute. */
  root: string;
  /** Further folders on the Python path. */
  pythonpath: string[];
  /** The interpreter's version: `3.12.4`. */
  python: string;
  /** Of the server. */
  version: string;
  /** Versions of the libraries that are known of: `{ django: '5.2' }`. */
  libraries: Record<string, string>;
}

/** What a request's end tells, as far as it is known while it still runs. */
export function outcomeOf({ request }: Captured): {
  status: number | null;
  started: Microseconds;
  duration: Microseconds;
} {
  if (request.type === 'request.started') {
    return { status: null, started: request.time, duration: 0 };
  }
  const { started, duration, 'http.response.status_code': status } = request;
  return { status, started, duration };
}

/** The value of a header field, whatever the case of its name. */
export function fieldOf(
  fields: [name: string, value: string][],
  wanted: string,
): string | undefined {
  return fields.find(([name]) => name.toLowerCase() === wanted)?.[1];
}
