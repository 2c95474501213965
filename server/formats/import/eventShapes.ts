/** Requests, log lines and exceptions as a file has them. */

import type { Local, RelatedException } from '../../stream/exception.ts';
import type { ExceptionEvent, Frame, LogEvent, RequestEnded } from '../../stream/protocol.ts';
import {
  amount,
  flag,
  hex,
  list,
  nullable,
  number,
  oneOf,
  optional,
  pair,
  partial,
  shape,
  text,
  truth,
} from './reading.ts';
import { findingKind, place, totals } from './traceShapes.ts';

/** What an import takes from it; who answered, and which code, says nothing elsewhere. */
type Told = Omit<
  RequestEnded,
  | ('type' | 'sequence' | 'worker' | 'generation' | 'process.pid' | 'thread.id')
  | ('imported' | 'before' | 'replay_of' | 'logs' | 'exceptions')
>;

const phase = nullable(amount);

export const request = partial<Told>({
  request: hex(16),
  time: amount,
  started: amount,
  duration: amount,
  'http.request.method': text,
  'url.path': text,
  'url.query': text,
  'client.address': text,
  trace_id: hex(32),
  parent_span_id: hex(16),
  'http.response.status_code': nullable(amount),
  'http.request.body.size': amount,
  'http.response.body.size': amount,
  phases: shape<RequestEnded['phases']>({
    read: phase,
    app: phase,
    iterate: phase,
    write: phase,
    close: phase,
  }),
  cpu: nullable(amount),
  'http.route': nullable(text),
  view: nullable(text),
  framework: nullable(oneOf('django', 'flask', 'bottle')),
  totals,
  findings: list(findingKind),
  detail: oneOf('full', 'summary'),
  own: amount,
  client_gone: flag,
  logs_left_out: amount,
  profiled: truth,
});

export const severity = oneOf(5, 9, 13, 17, 21);

/** The request is the import's to say. */
export const logLine = shape<Omit<LogEvent, 'type' | 'sequence' | 'request'>>({
  time: amount,
  source: oneOf('logging', 'stdout', 'stderr', 'wsgi.errors', 'warnings', 'server'),
  severity_number: severity,
  body: text,
  cut: optional(amount),
  logger: optional(text),
  'code.file.path': optional(text),
  'code.line.number': optional(amount),
  'code.function.name': optional(text),
  exception: optional(hex(16)),
  worker: () => undefined,
  generation: () => undefined,
  'process.pid': () => undefined,
});

const local = shape<Local>({
  name: text,
  value: text,
  flag: optional(oneOf('redacted', 'lazy', 'cut')),
});

const frame = shape<Frame>({
  'code.file.path': text,
  'code.line.number': amount,
  'code.function.name': text,
  source: text,
  own: flag,
  columns: optional(pair(number, number)),
  locals: optional(list(local)),
});

const related = shape<RelatedException>({
  relation: oneOf('cause', 'context', 'group'),
  'exception.type': text,
  'exception.message': text,
  notes: optional(list(text)),
  frames: list(frame),
});

export const exceptionKind = oneOf(
  'uncaught',
  'answered',
  'handled',
  'logged',
  'thread',
  'unraisable',
  'import',
);

export const exception = shape<Omit<ExceptionEvent, 'type' | 'sequence' | 'request'>>({
  time: amount,
  exception: hex(16),
  kind: exceptionKind,
  'exception.type': text,
  'exception.message': text,
  'exception.stacktrace': text,
  notes: optional(list(text)),
  frames: list(frame),
  related: optional(list(related)),
  fingerprint: optional(text),
  location: optional(
    shape<NonNullable<ExceptionEvent['location']>>({
      'code.file.path': text,
      'code.line.number': amount,
      column: optional(amount),
    }),
  ),
  template: optional(place),
  // Its command would be run at a click.
  hint: optional(shape<NonNullable<ExceptionEvent['hint']>>({ text, command: () => undefined })),
  worker: () => undefined,
  generation: () => undefined,
  'process.pid': () => undefined,
});
