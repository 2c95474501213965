/**
 * OTLP's values in its JSON encoding (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding):
 * 64-bit integers are strings, ids hexadecimal, enumerations numbers.
 */

import type { Microseconds } from '../../stream/protocol.ts';

export type AnyValue =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string }
  | { doubleValue: number }
  | { arrayValue: { values: AnyValue[] } };

export interface KeyValue {
  key: string;
  value: AnyValue;
}

type Plain = string | number | boolean;

/** What is undefined, null or empty text is left out. */
export type Named = Record<string, Plain | Plain[] | null | undefined>;

export function attributes(named: Named): KeyValue[] {
  return Object.entries(named).flatMap(([key, value]) =>
    value === null || value === undefined || value === '' ? [] : [{ key, value: anyValue(value) }],
  );
}

function anyValue(value: Plain | Plain[]): AnyValue {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

export const nanoseconds = (time: Microseconds): string => `${Math.max(0, Math.round(time))}000`;
