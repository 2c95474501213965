/**
 * A module's source as lines that can be searched: strings and comments cannot be taken for code, and
 * what binds a module's name is told from what stands in a function, a class or `__main__`'s block.
 */

export interface ModuleLines {
  /** Every line, without comments and without the text of strings that span lines. */
  all: string[];
  /** By line: a statement that runs at import, without its indentation; else empty. */
  atImport: string[];
  /** By name: where a class of the module's begins. */
  classes: Map<string, number>;
}

/** No statement that matters is longer; a table of data may be. Characters. */
const LONGEST = 2000;
/** Blocks that run at import, so that what they bind is the module's. */
const RUNS = /^(if|elif|else|try|except|finally|with|for|while)\b/;
const NEVER_IMPORTED = /^if\s+(__name__\s*==|['"]__main__['"]\s*==|(typing\.)?TYPE_CHECKING\b)/;

export function moduleLines(source: string): ModuleLines {
  const all = withoutText(source).split('\n');
  const atImport = runAtImport(all.map((line) => line.slice(0, LONGEST)));
  const classes = new Map<string, number>();
  atImport.forEach((text, index) => {
    const name = text.startsWith('class ') && /^class\s+(\w+)/.exec(text)?.[1];
    if (name) classes.set(name, index);
  });
  return { all, atImport, classes };
}

function runAtImport(lines: string[]): string[] {
  const blocks: { indent: number; runs: boolean }[] = [];
  let depth = 0;
  return lines.map((line) => {
    const indent = indentOf(line);
    const last = blocks.at(-1);
    // Nearly all lines end here: in the body of a function or a class.
    if (indent === line.length || (last && !last.runs && indent > last.indent)) return '';
    const text = line.slice(indent);
    const continued = depth > 0;
    depth = Math.max(0, depth + nesting(text));
    if (continued) return '';
    while (blocks.length > 0 && indent <= (blocks.at(-1)?.indent ?? 0)) blocks.pop();
    blocks.push({ indent, runs: RUNS.test(text) && !NEVER_IMPORTED.test(text) });
    return text;
  });
}

function indentOf(line: string): number {
  let at = 0;
  while (line[at] === ' ' || line[at] === '\t' || line[at] === '\f') at++;
  return at;
}

/** How many brackets more a line opens than it closes. */
function nesting(text: string): number {
  if (!/[()[\]{}]/.test(text)) return 0;
  const code = text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '');
  return (code.match(/[([{]/g)?.length ?? 0) - (code.match(/[)\]}]/g)?.length ?? 0);
}

/** Triple-quoted strings become blank lines and comments vanish; everything else stays where it is. */
function withoutText(source: string): string {
  const pattern = /("""|''')[\s\S]*?\1|#[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  return source
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .replace(pattern, (text) =>
      text.startsWith('#') ? '' : /^("""|''')/.test(text) ? text.replace(/[^\n]+/g, '""') : text,
    );
}

/** The lines of the block that begins at `start`, its head included. */
export function blockAt(lines: string[], start: number): string[] {
  const indent = (lines[start] ?? '').search(/\S/);
  const end = lines.findIndex(
    (line, at) => at > start && line.trim() !== '' && endsBlock(line, indent),
  );
  return lines.slice(start, end < 0 ? undefined : end);
}

/** A bracket at the block's own indentation ends a signature that spans lines. */
const endsBlock = (line: string, indent: number) =>
  line.search(/\S/) <= indent && !/^\s*[)\]}]/.test(line);
