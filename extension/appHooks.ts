/**
 * Finds app hooks in a Python file by reading it, never by running it.
 *
 * Only what stands at the start of a line counts: a hook is a module's attribute. Strings that span
 * lines are blanked first, so that an example in a docstring is no hook.
 */

export type HookKind = 'application' | 'factory';

/** What a module offers: `application` or `create_app()`, and where (line from 1). */
export interface FoundHook {
  attribute: string;
  kind: HookKind;
  line: number;
  framework: string;
}

const FRAMEWORKS: [RegExp, string][] = [
  [/\bget_wsgi_application\(/, 'Django'],
  [/\bFlask\(/, 'Flask'],
  [/\b(Bottle|default_app|app\.push)\(/, 'Bottle'],
  [/\bmake_wsgi_app\(/, 'Pyramid'],
  [/\bfalcon\.(App|API)\(/, 'Falcon'],
  [/\b(create|make)_(wsgi_)?app\(/, 'factory'],
];

const ASGI = /\b(get_asgi_application|FastAPI|Starlette|Quart|Sanic|Litestar|AsyncApp)\b|asgi/i;
const NAMES = /^(application|app|wsgi_app|wsgi)$/;
const START_RESPONSE = /^(start_response|start|respond|sr)$/;

/** Every app hook of a module, in the order of its lines. */
export function findAppHooks(source: string): FoundHook[] {
  const lines = blankStrings(source).split('\n');
  const hooks = lines.flatMap((_, index) => hookAt(lines, index));
  const bound = new Map(hooks.map((hook) => [hook.attribute, hook]));
  const objects = [...bound.values()].filter((hook) => hook.kind === 'application');
  return objects.length > 0 ? objects : [...bound.values()];
}

function hookAt(lines: string[], index: number): FoundHook[] {
  const line = lines[index] ?? '';
  if (!/^[A-Za-z_]/.test(line)) return [];
  const found = assignment(line, lines) ?? imported(line) ?? definition(lines, index);
  return found ? [{ ...found, line: index + 1 }] : [];
}

type Unplaced = Omit<FoundHook, 'line'>;

/** `application = …`: a framework's constructor, or anything called when the name says it. */
function assignment(line: string, lines: string[]): Unplaced | undefined {
  const match = /^((?:\w+\s*(?::[^=]+)?=(?!=)\s*)+)(.+)/.exec(line);
  const [, targets = '', value = ''] = match ?? [];
  if (!match || ASGI.test(value)) return undefined;
  const names = targets.split('=').map((target) => target.split(':')[0]?.trim() ?? '');
  const attribute = names.includes('application') ? 'application' : (names[0] ?? '');
  const framework = FRAMEWORKS.find(([pattern]) => pattern.test(value))?.[1];
  const named = attribute === 'application' && /^[\w.]+(\(|\s*$)/.test(value);
  if (!framework && !named && !callsOwnClass(value, lines)) return undefined;
  return { attribute, kind: 'application', framework: framework ?? 'WSGI' };
}

/** `app = Site()` where `class Site` has `__call__(self, environ, start_response)`. */
function callsOwnClass(value: string, lines: string[]): boolean {
  const name = /^(\w+)\(/.exec(value)?.[1];
  const start = lines.findIndex((line) => name && new RegExp(`^class ${name}\\b`).test(line));
  if (start < 0) return false;
  const length = lines.slice(start + 1).findIndex((line) => /^\S/.test(line));
  const body = lines.slice(start, length < 0 ? undefined : start + 1 + length);
  return body.some((line) => /def __call__\(\s*self,\s*\w+[^,]*,\s*start_response\b/.test(line));
}

/** `from project import application`, `from project import app as application`. */
function imported(line: string): Unplaced | undefined {
  const names = /^from\s+\S+\s+import\s+\(?([^#]+)/.exec(line)?.[1] ?? '';
  if (/\basgi\b/.test(line)) return undefined;
  const found = names.split(',').some((name) => /^\s*(\w+\s+as\s+)?application\s*\)?$/.test(name));
  return found ? { attribute: 'application', kind: 'application', framework: 'WSGI' } : undefined;
}

/** `def create_app(…)` that needs no argument, or `def anything(environ, start_response)`. */
function definition(lines: string[], index: number): Unplaced | undefined {
  const name = /^def\s+(\w+)\s*\(/.exec(lines[index] ?? '')?.[1];
  if (!name) return undefined;
  const parameters = parametersOf(lines, index);
  if (/^(create|make)_(wsgi_)?app(lication)?$/.test(name)) {
    if (parameters.some(isRequired)) return undefined;
    return { attribute: `${name}()`, kind: 'factory', framework: 'factory' };
  }
  return isWsgi(name, parameters)
    ? { attribute: name, kind: 'application', framework: 'WSGI' }
    : undefined;
}

function isWsgi(name: string, parameters: string[]): boolean {
  const names = parameters.map((parameter) => parameter.split(/[:=]/)[0]?.trim() ?? '');
  return names.length === 2 && (NAMES.test(name) || START_RESPONSE.test(names[1] ?? ''));
}

const isRequired = (parameter: string) => !parameter.includes('=') && !/^[*/]/.test(parameter);

/** A signature's parameters with their annotations and defaults, over several lines if need be. */
function parametersOf(lines: string[], index: number): string[] {
  const text = lines
    .slice(index, index + 30)
    .join(' ')
    .replace(/#[^\n]*/g, '');
  const parameters: string[] = [''];
  let depth = 0;
  for (const character of text.slice(text.indexOf('('))) {
    if (')]}'.includes(character) && --depth === 0) break;
    if (character === ',' && depth === 1) parameters.push('');
    else if (depth > 0) parameters[parameters.length - 1] += character;
    if ('([{'.includes(character)) depth++;
  }
  return parameters.map((parameter) => parameter.trim()).filter(Boolean);
}

/** Triple-quoted strings become blank lines; everything else stays where it is. */
function blankStrings(source: string): string {
  const pattern = /("""|''')[\s\S]*?\1|#[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  return source
    .replace(/\r\n?/g, '\n')
    .replace(pattern, (text) =>
      text.startsWith('#') ? '' : /^("""|''')/.test(text) ? text.replace(/[^\n]+/g, '""') : text,
    );
}
