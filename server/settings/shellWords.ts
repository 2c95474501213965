/** Splits a text into words as a POSIX shell would, without expanding anything. */

const WORD = /\s*((?:\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|[^\s\\'"])+)/y;
const PART = /\\([\s\S])|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|([^\\'"]+)/g;

/** @throws Error when a quotation has no end. */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  WORD.lastIndex = 0;
  let read = 0;
  for (let found = WORD.exec(text); found; found = WORD.exec(text)) {
    words.push(unquote(found[1] ?? ''));
    read = WORD.lastIndex;
  }
  if (text.slice(read).trim() !== '') throw new Error('no closing quotation');
  return words;
}

function unquote(word: string): string {
  return word.replace(
    PART,
    (_, escaped?: string, single?: string, double?: string, bare?: string) =>
      // Within double quotes a backslash escapes only these.
      escaped ?? single ?? double?.replace(/\\([\\"])/g, '$1') ?? bare ?? '',
  );
}
