/** A request as JavaScript's `fetch`. */

import type { Captured, Origin } from './captured.ts';
import { joined, type Part, variablesIn } from './hidden.ts';
import { type Sendable, sendable } from './sendable.ts';

/** What the standard takes no body with. */
const BODILESS = ['GET', 'HEAD'];

export function fetchCall(captured: Captured, origin: Origin): string {
  const sent = sendable(captured, origin);
  const { method, base, target, headers, body } = sent;
  const options = [
    ...(method === 'GET' ? [] : [`  method: ${literal([method])},\n`]),
    ...(headers.length === 0 ? [] : [`  headers: [\n${headers.map(pair).join('')}  ],\n`]),
    ...(body === null || BODILESS.includes(method) ? [] : [`  body: ${literal(body)},\n`]),
  ];
  const further = options.length === 0 ? '' : `, {\n${options.join('')}}`;
  const call = `const response = await fetch(${literal([base, ...target])}${further});\n`;
  return [...notesOf(sent).map((note) => `// ${note}\n`), ...declarations(sent), call].join('');
}

function notesOf({ notes, method, body, socket, headers }: Sendable): string[] {
  const told = [...notes];
  if (body !== null && BODILESS.includes(method)) told.push('`fetch` sends no body with it.');
  if (socket !== null) told.push('`fetch` cannot reach a Unix socket.');
  const cookies = headers.some(([name]) => name.toLowerCase() === 'cookie');
  if (cookies) told.push('In a browser the page cannot set Cookie: it is sent what it has.');
  return told.map((note) => note.replace(/\s+/g, ' '));
}

function declarations({ target, headers, body }: Sendable): string[] {
  const parts = [...target, ...headers.flatMap(([, value]) => value), ...(body ?? [])];
  return variablesIn(parts).map((variable) => `const ${variable} = '';\n`);
}

const pair = ([name, value]: Sendable['headers'][number]): string =>
  `    [${literal([name])}, ${literal(value)}],\n`;

/** A string, or a template where there are variables. */
function literal(parts: Part[]): string {
  const together = joined(parts);
  const [only = ''] = together;
  if (together.length <= 1 && typeof only === 'string') return quoted(only);
  const pieces = together.map((part) =>
    typeof part === 'string' ? inTemplate(part) : `\${${part.variable}}`,
  );
  return `\`${pieces.join('')}\``;
}

/** As JSON, which is JavaScript but for two signs that older engines take for the end of a line. */
const quoted = (text: string): string =>
  `'${inJson(text).replaceAll("'", "\\'").replaceAll('\\"', '"')}'`;

const inTemplate = (text: string): string =>
  inJson(text)
    .replaceAll('\\"', '"')
    .replace(/`|\$(?=\{)/g, '\\$&');

const inJson = (text: string): string =>
  JSON.stringify(text).slice(1, -1).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
