/** Gunicorn's globs for `reload_extra_files`: `*`, `?`, `[…]` within a name, `**` across folders. */

const TOKENS = /\*\*\/|\*\*|\*|\?|\[!?[^\]]+\]|[^*?[]+|\[/g;

const WILDCARDS: Record<string, string> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};

/** Matches a whole absolute path. */
export function globToRegExp(glob: string): RegExp {
  const source = glob.replace(TOKENS, (token) => WILDCARDS[token] ?? classOrText(token));
  return new RegExp(`^${source}$`);
}

function classOrText(token: string): string {
  if (/^\[.+\]$/.test(token)) return token.replace(/^\[!/, '[^');
  return token.replace(/[.+^${}()|[\]\\]/g, '\\$&');
}
