/** A request as a command line of HTTPie. */

import type { Captured, Origin } from './captured.ts';
import type { Part } from './hidden.ts';
import { type Sendable, sendable } from './sendable.ts';
import { command, comments, decoded, needsPrintf, printf, word } from './shell.ts';

export function httpie(captured: Captured, origin: Origin): string {
  const sent = sendable(captured, origin);
  const { method, base, target, body, socket } = sent;
  const piped = body !== null && needsPrintf(body);
  const start = piped ? `${printf(body)} | http` : 'http --ignore-stdin';
  const words = [
    [start, ...switchesOf(sent), word([method]), word([base, ...target])].join(' '),
    ...headersOf(sent),
    ...(body === null || piped ? [] : [`--raw ${word(body)}`]),
  ];
  const notes = [...sent.notes, ...unsayable(sent)];
  if (socket !== null) notes.push(`HTTPie cannot reach the socket ${socket}.`);
  return comments(notes) + command(words);
}

const switchesOf = ({ base, target }: Sendable): string[] => [
  ...(target.some((part) => typeof part === 'string' && /\/\.{1,2}(\/|$|\?)/.test(part))
    ? ['--path-as-is']
    : []),
  ...(base.startsWith('https:') ? ['--verify=no'] : []),
];

/** HTTPie takes a backslash before one of its separators for its own. */
const isSayable = ([, value]: Sendable['headers'][number]): boolean =>
  !value.some((part) => typeof part === 'string' && /\\[:;=@]/.test(part));

const unsayable = ({ headers }: Sendable): string[] =>
  headers
    .filter((header) => !isSayable(header))
    .map(([name]) => `Left out, as HTTPie cannot say it: ${name}.`);

function headersOf({ headers, body }: Sendable): string[] {
  const named = headers.filter(isSayable).map(([name, value]) => word(item(name, decoded(value))));
  const typed = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return body !== null && !typed ? [...named, "'Content-Type:'"] : named;
}

/** `Name:value`, or `Name;` for an empty one. A sign that would make another separator is escaped. */
function item(name: string, value: Part[]): Part[] {
  const [first, ...rest] = value;
  if (first === undefined) return [`${name};`];
  if (typeof first !== 'string') return [`${name}:`, ...value];
  return [`${name}:${first.replace(/^[=@]/, '\\$&')}`, ...rest];
}
