/**
 * The grammar of the filter box: words that must all hold, `key:value` for a field, `-` before a
 * word to negate it, double quotes around what contains spaces.
 */

export interface Token {
  negated: boolean;
  /** Empty for plain text. */
  key: string;
  value: string;
  /** As it was typed. */
  text: string;
}

/** An optional `-`; then `key:` with a value that may still be empty, or plain text. */
const TOKEN = /(?<minus>-?)(?:(?<key>[a-z]+):(?<value>"[^"]*"?|\S*)|(?<plain>"[^"]*"?|\S+))/g;

const unquote = (value: string): string => value.replace(/^"([^"]*)"?$/, '$1');

export function tokenize(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map(({ 0: whole, groups = {} }) => ({
    negated: groups['minus'] === '-',
    key: groups['key'] ?? '',
    value: unquote(groups['value'] ?? groups['plain'] ?? ''),
    text: whole,
  }));
}
