/** A body as a person reads it: JSON laid out, the fields of a form. */

import type { Body, Fields } from '../../server/stream/trace.ts';

/** Null for what is neither, or was cut, so that it cannot be read. */
export function parsedBody({
  content_type,
  text,
  cut,
}: Body): { json: string } | { form: Fields } | null {
  if (text === null || text === '' || cut > 0) return null;
  if (/[/+]json\b/i.test(content_type)) return json(text);
  if (/^application\/x-www-form-urlencoded\b/i.test(content_type)) return { form: fieldsOf(text) };
  return null;
}

function json(text: string): { json: string } | null {
  try {
    return { json: JSON.stringify(JSON.parse(text), null, 2) };
  } catch {
    return null;
  }
}

/** Names and values in order, percent signs decoded. */
export const fieldsOf = (query: string): Fields => [...new URLSearchParams(query)];
