/** Spans and log records of OTLP/JSON, as far as they are read, from whoever wrote them. */

import type { Microseconds } from '../../../stream/protocol.ts';
import { list, object, optional, type Read, shape, text } from '../reading.ts';

export type Attribute = string | number | boolean | Attribute[];
export type Attributes = Map<string, Attribute>;

export interface ReadEvent {
  timeUnixNano: Microseconds;
  name: string;
  attributes: Attributes;
}

export interface ReadSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  kind?: number;
  startTimeUnixNano: Microseconds;
  endTimeUnixNano: Microseconds;
  attributes: Attributes;
  events: ReadEvent[];
  status: { code?: number };
  /** Of the service that it is of. */
  service?: string;
}

export interface ReadLog {
  timeUnixNano: Microseconds;
  severityNumber?: number;
  body: Attribute;
  attributes: Attributes;
  spanId: string;
  logger: string;
}

/** Hexadecimal as OTLP has it, or base64 as protobuf does; of so many bytes. */
const id =
  (bytes: 8 | 16): Read<string> =>
  (value, at) => {
    const whole = text(value, at);
    if (whole === '' || /^0+$/.test(whole)) return '';
    if (whole.length === bytes * 2 && /^[\da-f]+$/i.test(whole)) return whole.toLowerCase();
    const decoded = Buffer.from(whole, 'base64');
    if (decoded.length === bytes) return decoded.toString('hex');
    throw new Error(`${at}: an id of ${bytes} bytes is expected`);
  };

/** Nanoseconds, as text or as a number. */
const time: Read<Microseconds> = (value, at) => {
  if (typeof value === 'number' && value >= 0) return Math.round(value / 1000);
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) {
    throw new Error(`${at}: nanoseconds are expected`);
  }
  return Number(BigInt(value) / 1000n);
};

/** A number, or the enumeration's name, of which the last word counts. */
const enumeration =
  (...names: string[]): Read<number> =>
  (value, at) => {
    if (typeof value === 'number') return value;
    return Math.max(0, names.indexOf(text(value, at).split('_').at(-1) ?? ''));
  };

function attribute(value: unknown, at: string): Attribute {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue } = object(value, at);
  if (typeof stringValue === 'string' || typeof boolValue === 'boolean') {
    return (stringValue ?? boolValue) as Attribute;
  }
  if (intValue !== undefined || doubleValue !== undefined) return Number(intValue ?? doubleValue);
  if (arrayValue === undefined) return JSON.stringify(value);
  return list(attribute)(object(arrayValue, at)['values'] ?? [], at);
}

const attributes: Read<Attributes> = (value, at) => {
  const pairs = list((item, where): [string, Attribute] => {
    const { key, value: told } = object(item, where);
    return [text(key, `${where}.key`), attribute(told ?? {}, `${where}.value`)];
  });
  return new Map(pairs(value ?? [], at));
};

const event = shape<ReadEvent>({ timeUnixNano: time, name: text, attributes });
const absent =
  <Value>(read: Read<Value>, otherwise: unknown): Read<Value> =>
  (value, at) =>
    read(value ?? otherwise, at);

const span = shape<ReadSpan>({
  traceId: id(16),
  spanId: id(8),
  parentSpanId: optional(id(8)),
  traceState: optional(text),
  name: absent(text, ''),
  kind: optional(
    enumeration('UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'),
  ),
  startTimeUnixNano: time,
  endTimeUnixNano: time,
  attributes,
  events: absent(list(event), []),
  status: absent(
    shape<ReadSpan['status']>({ code: optional(enumeration('UNSET', 'OK', 'ERROR')) }),
    {},
  ),
  service: () => undefined,
});

const record = shape<ReadLog>({
  timeUnixNano: absent(time, '0'),
  severityNumber: optional(enumeration()),
  body: absent(attribute, { stringValue: '' }),
  attributes,
  spanId: absent(id(8), ''),
  logger: () => undefined,
});

/** Of `resourceSpans`. */
export const spansIn = (value: unknown, at: string): ReadSpan[] =>
  flattened(value, at, 'scopeSpans', 'spans').flatMap(({ items, service, where }) =>
    list(span)(items, where).map((one) => ({ ...one, ...(service && { service }) })),
  );

/** Of `resourceLogs`. */
export const logsIn = (value: unknown, at: string): ReadLog[] =>
  flattened(value, at, 'scopeLogs', 'logRecords').flatMap(({ items, scope, where }) =>
    list(record)(items, where).map((one) => ({ ...one, logger: scope })),
  );

function flattened(value: unknown, at: string, scopes: string, items: string) {
  return list(object)(value ?? [], at).flatMap((resource, index) => {
    const where = `${at}[${index}]`;
    const told = attributes(object(resource['resource'] ?? {}, where)['attributes'], where);
    const service = told.get('service.name');
    return list(object)(resource[scopes] ?? [], `${where}.${scopes}`).map((scope, number) => ({
      items: scope[items] ?? [],
      scope: String(object(scope['scope'] ?? {}, where)['name'] ?? ''),
      service: typeof service === 'string' ? service : '',
      where: `${where}.${scopes}[${number}].${items}`,
    }));
  });
}
