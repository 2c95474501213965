/** Cookies of a request and of an answer, as HAR lists them. */

import type { Fields } from '../../stream/trace.ts';

export interface Cookie {
  name: string;
  value: string;
  path?: string;
  domain?: string;
  expires?: string;
  httpOnly?: boolean;
  secure?: boolean;
}

const valuesOf = (fields: Fields, wanted: string): string[] =>
  fields.flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));

export const cookiesSent = (fields: Fields): Cookie[] =>
  valuesOf(fields, 'cookie').flatMap((value) => value.split(';').map(pair));

/** RFC 6265, section 5.2. */
export function cookiesSet(fields: Fields): Cookie[] {
  return valuesOf(fields, 'set-cookie').map((value) => {
    const [first = '', ...attributes] = value.split(';');
    return Object.assign(pair(first), ...attributes.map((one) => attribute(pair(one))));
  });
}

function pair(text: string): Cookie {
  const [name = '', ...value] = text.trim().split('=');
  return { name, value: value.join('=') };
}

function attribute({ name, value }: Cookie): Partial<Cookie> {
  switch (name.toLowerCase()) {
    case 'path':
      return { path: value };
    case 'domain':
      return { domain: value };
    case 'httponly':
      return { httpOnly: true };
    case 'secure':
      return { secure: true };
    case 'expires':
      return Number.isNaN(Date.parse(value)) ? {} : { expires: new Date(value).toISOString() };
    default:
      return {};
  }
}
