/**
 * Secrets in what others wrote down, hidden by name: browsers export cookies and passwords as they are, and
 * what is kept here may be exported again. Our own files have none.
 */

import type { Fields } from '../../stream/trace.ts';
import { HIDDEN } from '../hidden.ts';

const SECRET =
  /passw|passphrase|pwd|secret|token|credential|api[-_]?key|access[-_]?key|private|csrf|xsrf|sess(ion)?[-_]?id|^(sid|session|auth|authorization|jwt|otp|signature)$|[-_]auth/i;

const isSecret = (name: string): boolean => SECRET.test(name.slice(0, 200));

export const hideFields = (fields: Fields): Fields =>
  fields.map(([name, value]) => [name, hideField(name.toLowerCase(), value)]);

function hideField(name: string, value: string): string {
  if (name === 'cookie') return value.split(';').map(hideCookie).join('; ');
  if (name === 'set-cookie') return value.replace(/^[^;]*/, hideCookie);
  if (name === 'referer' || name === 'location') return value.replace(/(?<=\?)[^#]*/, hidePairs);
  const [scheme = '', ...rest] = value.split(' ');
  if (/authorization$/.test(name) && rest.length > 0) return `${scheme} ${HIDDEN}`;
  return isSecret(name) ? HIDDEN : value;
}

const hideCookie = (cookie: string): string =>
  cookie.includes('=') ? `${cookie.trim().split('=')[0]}=${HIDDEN}` : HIDDEN;

/** `name=value&…`, of a query or a form. */
export const hidePairs = (pairs: string): string =>
  pairs.replace(/(?<=^|&)([^=&]+)=([^&]+)/g, (whole, name: string) =>
    isSecret(name) ? `${name}=${HIDDEN}` : whole,
  );

/** A body, by its type; JSON and forms have names. */
export function hideBody(text: string, contentType: string): string {
  if (/urlencoded/i.test(contentType)) return hidePairs(text);
  if (!/json/i.test(contentType)) return text;
  return text.replace(
    /"((?:[^"\\]|\\.){1,200})"(\s*:\s*)("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)/g,
    (whole, name: string, colon: string) =>
      isSecret(name) ? `"${name}"${colon}"${HIDDEN}"` : whole,
  );
}
