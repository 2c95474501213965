/** Values as Python writes them, for messages and `--print-config` that read like Gunicorn's. */

/** Python's `repr()` of a JSON value, or of what a conf file had instead of one. */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (typeof value === 'object') return reprObject(value);
  return String(value);
}

/** Python's `str()`: a text stays as it is. */
export function pythonText(value: unknown): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

function reprObject(value: object): string {
  if ('$repr' in value) return String(value.$repr);
  if ('$callable' in value) return `<${value.$callable}()>`;
  const items = Object.entries(value).map(([key, item]) => `${quote(key)}: ${pythonRepr(item)}`);
  return `{${items.join(', ')}}`;
}

function quote(text: string): string {
  const escaped = text.replace(/[\\\n\r\t]/g, (found) => JSON.stringify(found).slice(1, -1));
  if (text.includes("'") && !text.includes('"')) return `"${escaped}"`;
  return `'${escaped.replaceAll("'", "\\'")}'`;
}
