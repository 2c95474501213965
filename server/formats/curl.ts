/** A request as a command line of curl. */

import type { Captured, Origin } from './captured.ts';
import type { Part } from './hidden.ts';
import { type Sendable, sendable } from './sendable.ts';
import { command, comments, decoded, needsPrintf, printf, word } from './shell.ts';

export function curl(captured: Captured, origin: Origin): string {
  const sent = sendable(captured, origin);
  const { base, target, body, notes } = sent;
  const piped = body !== null && needsPrintf(body);
  const words = [
    `${piped ? `${printf(body)} | ` : ''}curl ${word([base, ...target])}`,
    ...switchesOf(sent),
    ...headersOf(sent),
    ...(body === null ? [] : [piped ? '--data-binary @-' : `--data-raw ${word(body)}`]),
  ];
  return comments(notes) + command(words);
}

/** Paths and brackets are left as they are; a certificate of one's own machine is nobody's. */
function switchesOf({ method, base, socket, target }: Sendable): string[] {
  const text = target.map((part) => (typeof part === 'string' ? part : '')).join('');
  return [
    ...(method === 'HEAD' ? ['--head'] : method === 'GET' ? [] : [`--request ${word([method])}`]),
    ...(/\/\.{1,2}(\/|$|\?)/.test(text) ? ['--path-as-is'] : []),
    ...(/[[\]{}]/.test(text) ? ['--globoff'] : []),
    ...(base.startsWith('https:') ? ['--insecure'] : []),
    ...(socket === null ? [] : [`--unix-socket ${word([socket])}`]),
  ];
}

/** One that is empty ends in a semicolon; curl unpacks only what it asked for itself. */
function headersOf({ method, headers, body }: Sendable): string[] {
  const named = headers.map(([name, value]) =>
    name.toLowerCase() === 'accept-encoding'
      ? '--compressed'
      : `--header ${word(field(name, decoded(value)))}`,
  );
  const has = (wanted: string): boolean => headers.some(([name]) => name.toLowerCase() === wanted);
  if (body !== null && !has('content-type')) named.push("--header 'Content-Type:'");
  if (body !== null && method === 'GET') named.unshift('--request GET');
  return named;
}

function field(name: string, value: Part[]): Part[] {
  if (value.length === 0) return [`${name};`];
  const [first, ...rest] = value;
  return typeof first === 'string' ? [`${name}: ${first}`, ...rest] : [`${name}: `, ...value];
}
