/**
 * `npm run l10n`: writes every message of the extension's source to `bundle.l10n.json`, from which
 * translators make `bundle.l10n.LANGUAGE.json`. A test says when that was forgotten.
 */

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
export const bundle = join(folder, 'bundle.l10n.json');

const CALL = /\bl10n\.t\(\s*((?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\s|\+)+)/g;
const LITERAL = /'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"/g;

/** Every message, in the order of the alphabet, each once. */
export function messages(): string[] {
  const sources = globSync('**/*.ts', { cwd: join(folder, '..') });
  const found = sources.flatMap((file) =>
    messagesIn(readFileSync(join(folder, '..', file), 'utf8')),
  );
  return [...new Set(found)].sort();
}

function messagesIn(source: string): string[] {
  return [...source.matchAll(CALL)].map(([, text = '']) =>
    [...text.matchAll(LITERAL)]
      .map(([, single, double]) => (single ?? double ?? '').replace(/\\(.)/g, '$1'))
      .join(''),
  );
}

/** The bundle's text as it is to be. */
export const exported = (): string =>
  `${JSON.stringify(Object.fromEntries(messages().map((text) => [text, text])), null, 2)}\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(bundle, exported());
