/** SQL for reading: its words by kind, and lines where it has none. Nothing is added but white space. */

export type SqlWord = 'keyword' | 'string' | 'name' | 'number' | 'comment' | 'parameter' | 'plain';

export interface SqlToken {
  kind: SqlWord;
  text: string;
}

/** What is longer is shown as it is: nobody reads it for its keywords. */
const LIMIT = 20_000;

const KEYWORDS = new Set(
  `ALL ALTER ANALYZE AND ANY AS ASC BEGIN BETWEEN BY CASE CAST COLLATE COMMIT CONFLICT CREATE CROSS
  DEFAULT DELETE DESC DISTINCT DO DROP ELSE END ESCAPE EXCEPT EXISTS EXPLAIN FALSE FETCH FILTER FIRST
  FOR FROM FULL GLOB GROUP HAVING ILIKE IN INDEX INNER INSERT INTERSECT INTO IS JOIN LAST LATERAL LEFT
  LIKE LIMIT LOCK NATURAL NEXT NOT NOTHING NULL NULLS OF OFFSET ON ONLY OR ORDER OUTER OVER PARTITION
  PRAGMA RECURSIVE RELEASE REPLACE RETURNING RIGHT ROLLBACK ROW ROWS SAVEPOINT SELECT SET SHARE SKIP
  TABLE THEN TO TRANSACTION TRUE UNION UNIQUE UPDATE USING VALUES VIEW WHEN WHERE WINDOW WITH`.split(
    /\s+/,
  ),
);

/** Each part matches in one way only, so that the time taken grows with the length alone. */
const TOKEN =
  /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>'[^']*'?)|(?<name>"[^"]*"?|`[^`]*`?|\[[A-Za-z_][\w ]*\])|(?<parameter>%s|%\(\w+\)s|\$\d+|\?\d*|(?<!:):[A-Za-z_]\w*)|(?<number>\b\d[\d.]*\b)|(?<word>[A-Za-z_]\w*)|(?<space>\s+)|(?<rest>[\s\S])/g;

function kindOf(groups: Record<string, string | undefined>): SqlWord {
  const { word } = groups;
  if (word !== undefined) return KEYWORDS.has(word.toUpperCase()) ? 'keyword' : 'plain';
  for (const kind of ['comment', 'string', 'name', 'parameter', 'number'] as const) {
    if (groups[kind] !== undefined) return kind;
  }
  return 'plain';
}

export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (const { 0: text, groups = {} } of sql.slice(0, LIMIT).matchAll(TOKEN)) {
    const kind = kindOf(groups);
    const last = tokens.at(-1);
    if (kind === 'plain' && last?.kind === 'plain') last.text += text;
    else tokens.push({ kind, text });
  }
  if (sql.length > LIMIT) tokens.push({ kind: 'plain', text: sql.slice(LIMIT) });
  return tokens;
}

const CLAUSES =
  /^(?:FROM|WHERE|GROUP|HAVING|ORDER|LIMIT|UNION|EXCEPT|INTERSECT|VALUES|SET|RETURNING|WINDOW)$/;
const JOINS = /^(?:LEFT|RIGHT|INNER|FULL|CROSS|NATURAL)$/;

/** Counts the brackets, which `plain` tokens may hold several of. */
const depthOf = (text: string): number => text.split('(').length - text.split(')').length;

/** A line for each clause outside of brackets; a statement that has lines keeps its own. */
export function withLines(tokens: readonly SqlToken[]): SqlToken[] {
  if (tokens.some(({ kind, text }) => kind === 'plain' && text.includes('\n'))) return [...tokens];
  const lines: SqlToken[] = [];
  let depth = 0;
  let isBetween = false;
  let before = '';
  for (const token of tokens) {
    const word = token.kind === 'keyword' ? token.text.toUpperCase() : '';
    const joins =
      JOINS.test(word) || (word === 'JOIN' && !JOINS.test(before) && before !== 'OUTER');
    const adds = (word === 'AND' && !isBetween) || word === 'OR';
    if (depth === 0 && (CLAUSES.test(word) || joins || adds)) breakLine(lines, adds ? '  ' : '');
    if (token.kind === 'plain') depth += depthOf(token.text);
    if (word) {
      isBetween = word === 'BETWEEN' || (isBetween && word !== 'AND');
      before = word;
    }
    lines.push({ ...token });
  }
  return lines;
}

function breakLine(lines: SqlToken[], indent: string): void {
  const last = lines.at(-1);
  if (!last) return;
  if (last.kind === 'plain' && /\s$/.test(last.text)) {
    last.text = `${last.text.trimEnd()}\n${indent}`;
  } else lines.push({ kind: 'plain', text: `\n${indent}` });
}

/** One that the server can ask the database's plan of. */
export const isExplainable = (sql: string): boolean =>
  /^\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(sql.slice(0, 1000));

const TARGETS = /^(?:FROM|JOIN|INTO|UPDATE|TABLE)$/;
const SUMMARY_TABLES = 3;

/** What it does to which tables, `SELECT orders_order shop_user` (OpenTelemetry's `db.query.summary`). */
export function sqlSummary(sql: string): string {
  const words = sql.slice(0, 4000).match(/"[^"]*"|`[^`]*`|'[^']*'|[A-Za-z_][\w.]*|[(]/g) ?? [];
  const tables = words.flatMap((word, index) => {
    const isTarget = TARGETS.test(words[index - 1]?.toUpperCase() ?? '') && /^[\w"`]/.test(word);
    return isTarget && !KEYWORDS.has(word.toUpperCase()) ? [word.replaceAll(/["`]/g, '')] : [];
  });
  const shown = [...new Set(tables)].slice(0, SUMMARY_TABLES);
  return [words[0]?.toUpperCase() ?? sql.slice(0, 40), ...shown].join(' ');
}
