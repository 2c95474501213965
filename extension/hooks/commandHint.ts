/** The app hook that a command line names: Gunicorn's, waitress-serve's, or Flask's. */

/** An app hook as a file of the project names it. */
export interface Hint {
  /** `shop.wsgi:application`, `flaskr:create_app()`; without a colon when only the module is told. */
  app: string;
  /** Relative to the folder of the file that says so. */
  folder?: string;
}

/** Gunicorn's options that take no value; after any other the next word is its value. */
const SWITCHES =
  /^(-D|-R|--(reload|preload|daemon|spew|check-config|print-config|reuse-port|no-sendfile|capture-output|log-syslog|initgroups|enable-stdio-inheritance|disable-redirect-access-to-syslog|strip-header-spaces|no-control-socket|call))$/;
const MODULE = /^[A-Za-z_][\w.]*(:[A-Za-z_]\w*(\(.*\))?)?$/;
const COMMAND = /(?:^|[\s"'/[=])(gunicorn|waitress-serve)["']?(?=[\s,])(.*)/;

/** All app hooks that a text names: a Procfile, a Dockerfile, a script, an `.env`. */
export function hintsIn(text: string): Hint[] {
  const lines = text.replace(/\\\r?\n/g, ' ').split('\n');
  return lines.flatMap((line) => {
    const hint = /^\s*(#|\/\/)/.test(line) ? undefined : (served(line) ?? flask(line));
    return hint ? [hint] : [];
  });
}

function served(line: string): Hint | undefined {
  const [, program, rest = ''] = COMMAND.exec(line) ?? [];
  if (!program) return undefined;
  const words = wordsOf(rest);
  const app = appOf(words);
  if (!app) return undefined;
  const folder = optionOf(words, '--chdir');
  const called = program === 'waitress-serve' && words.includes('--call') ? `${app}()` : app;
  return { app: called, ...(folder && !folder.startsWith('/') ? { folder } : {}) };
}

/** The first word that names a module and is neither an option nor an option's value. */
function appOf(words: string[]): string | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (MODULE.test(word)) return word;
    if (word.startsWith('-') && !word.includes('=') && !SWITCHES.test(word)) at++;
  }
  return undefined;
}

function optionOf(words: string[], name: string): string | undefined {
  const joined = words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  return joined ?? (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
}

/** A shell's words, or those of a list in JSON or TOML, up to the end of the command. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/"[^"]*"|'[^']*'|&&|[;|&\]]|[^\s"',;|&\]]+/g)) {
    if (/^(&&|[;|&\]])$/.test(word)) break;
    const bare = word.replace(/^(["'])(.*)\1$/, '$2');
    // A quote that closes the whole command, as in `run = "gunicorn shop.wsgi"`, opens nothing.
    if (!/^["']/.test(bare)) words.push(bare);
  }
  return words;
}

const FLASK_APP = /\bFLASK_APP["']?\s*[=:]\s*["']?([^\s"',;&]+)/;
const FLASK_OPTION = /\bflask\b.*\s(?:--app|-A)[\s=]+["']?([^\s"',;&]+)/;

/** `hello`, `./src/hello.py`, `flaskr:create_app`: what Flask's `FLASK_APP` may be. */
function flask(line: string): Hint | undefined {
  const value = (FLASK_APP.exec(line) ?? FLASK_OPTION.exec(line))?.[1];
  if (!value) return undefined;
  const [, folder = '', module = ''] = /^(?:\.\/)?(?:(.*)\/)?([^/]+)$/.exec(value) ?? [];
  const app = module.replace(/\.py(?=:|$)/, '');
  if (!MODULE.test(app)) return undefined;
  return { app, ...(folder && !folder.startsWith('/') ? { folder } : {}) };
}
