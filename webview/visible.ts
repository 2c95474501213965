/**
 * Captured text for the screen: what has no look of its own, or would change the look of its
 * surroundings, is shown as a sign. HTML is no concern here: all is drawn as text.
 */

/**
 * Controls but tab and line feed; marks that turn the direction of writing; invisible ones; and
 * halves of a surrogate pair.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function sign(character: string): string {
  const code = character.charCodeAt(0);
  // The pictures that Unicode has for the controls of ASCII.
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return `\u27e8${code.toString(16).toUpperCase().padStart(4, '0')}\u27e9`;
}

/** More than any row shows: a line of a megabyte would hold up the page. */
const ROW = 1000;

/** For a row: as much of it as may be seen. */
export const beginning = (text: string): string => visible(text.slice(0, ROW));

export function visible(text: string): string {
  // Nearly all text is plain: then nothing is copied.
  return text.search(UNSEEN) < 0 ? text : text.replaceAll('\r\n', '\n').replace(UNSEEN, sign);
}
