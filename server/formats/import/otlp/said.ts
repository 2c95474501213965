/** Log lines and exceptions, from OTLP's. */

import type { SeverityNumber } from '../../../stream/protocol.ts';
import type { Imported } from '../imported.ts';
import { newId } from '../imported.ts';
import { amountOf, defined, textOf } from './attributes.ts';
import type { ReadEvent, ReadLog } from './records.ts';

type Line = Imported['logs'][number];
type Exception = Imported['exceptions'][number];

const SOURCES = ['logging', 'stdout', 'stderr', 'wsgi.errors', 'warnings', 'server'] as const;
const KINDS = [
  'uncaught',
  'answered',
  'handled',
  'logged',
  'thread',
  'unraisable',
  'import',
] as const;

export function lineOf({ timeUnixNano: time, attributes, ...log }: ReadLog): Line {
  const source = SOURCES.find((known) => known === attributes.get('prefork.source')) ?? 'logging';
  const body = typeof log.body === 'string' ? log.body : JSON.stringify(log.body);
  return {
    time,
    source,
    severity_number: severityOf(log.severityNumber ?? 0),
    body,
    ...(source === 'logging' && log.logger && { logger: log.logger }),
    ...defined({
      cut: amountOf(attributes, 'prefork.cut'),
      'code.file.path': textOf(attributes, 'code.file.path', 'code.filepath'),
      'code.line.number': amountOf(attributes, 'code.line.number', 'code.lineno'),
      'code.function.name': textOf(attributes, 'code.function.name', 'code.function'),
    }),
  };
}

/** OTLP has four of each, and 0 for those that are not known. */
function severityOf(number: number): SeverityNumber {
  const known = [21, 17, 13, 9] as const;
  if (number === 0) return 9;
  return known.find((least) => number >= least) ?? 5;
}

export const isException = ({ name }: ReadEvent): boolean => name === 'exception';

/** `failed`: the request that it was raised in. */
export function exceptionOf(event: ReadEvent, failed: boolean): Exception {
  const { timeUnixNano: time, attributes } = event;
  const told = attributes.get('prefork.exception.kind');
  return {
    time,
    exception: newId(16),
    kind: KINDS.find((known) => known === told) ?? (failed ? 'answered' : 'handled'),
    'exception.type': textOf(attributes, 'exception.type') ?? 'Exception',
    'exception.message': textOf(attributes, 'exception.message') ?? '',
    'exception.stacktrace': textOf(attributes, 'exception.stacktrace') ?? '',
    frames: [],
  };
}
