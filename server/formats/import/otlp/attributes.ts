/** Attributes by their present names, or those that older conventions had for them. */

import type { Place } from '../../../stream/trace.ts';
import type { Attributes } from './records.ts';

export function textOf(attributes: Attributes, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    if (value !== undefined && value !== '') return String(value);
  }
  return undefined;
}

/** A size, a time or a count. */
export function amountOf(attributes: Attributes, ...names: string[]): number | undefined {
  const value = Number(textOf(attributes, ...names) ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;
}

export function placeIn(attributes: Attributes): Place | null {
  const file = textOf(attributes, 'code.file.path', 'code.filepath');
  const line = amountOf(attributes, 'code.line.number', 'code.lineno');
  const name = textOf(attributes, 'code.function.name', 'code.function');
  if (file === undefined || line === undefined) return null;
  const place = { 'code.file.path': file, 'code.line.number': line };
  return name === undefined ? place : { ...place, 'code.function.name': name };
}

type Defined<Shape> = { [Name in keyof Shape]?: Exclude<Shape[Name], undefined> };

/** Without what is undefined. */
export const defined = <Shape extends object>(members: Shape): Defined<Shape> =>
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Defined<Shape>;
