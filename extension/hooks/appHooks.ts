/**
 * Finds app hooks in a Python file by reading it, never by running it.
 *
 * A hook is a name that the module binds when it is imported: what functions, classes and the block of
 * `__main__` bind does not count, nor does an example in a docstring.
 */

import { callsFactory, frameworkOf, isAsgi, isOther } from './frameworks.ts';
import { blockAt, type ModuleLines, moduleLines } from './moduleLines.ts';
import { isPaste, isRequired, isWsgi, parametersOf } from './signature.ts';

export type HookKind = 'application' | 'factory';

/** What a module offers: `application` or `create_app()`, and where (line from 1). */
export interface FoundHook {
  attribute: string;
  kind: HookKind;
  line: number;
  framework: string;
  /** Importing the module starts a server of its own, which never returns. */
  blocks?: true;
}

type Unplaced = Omit<FoundHook, 'line'>;

/** Modules whose imported `app` is the one to serve, not one to work with. */
const ENTRIES = /^(wsgi|run|serve|server|main|application|passenger_wsgi)\.py$/;
const OWN_SERVER = /^(\w+\.)?(run|serve|run_simple|serve_forever)\(/;

/**
 * Every app hook of a module, in the order of its lines; factories only if it has no app.
 * @param name the file's, such as `wsgi.py`
 */
export function findAppHooks(source: string, name = ''): FoundHook[] {
  if (name === 'asgi.py') return [];
  const lines = moduleLines(source);
  const blocks = lines.atImport.some((line) => OWN_SERVER.test(line));
  const bound = new Map<string, FoundHook>();
  lines.atImport.forEach((text, index) => {
    const found = text && hookAt(lines, index, ENTRIES.test(name));
    if (!found) return;
    const { framework } = renamed(text, bound) ?? found;
    bound.set(found.attribute, { ...found, framework, line: index + 1, ...(blocks && { blocks }) });
  });
  const hooks = [...bound.values()];
  const objects = hooks.filter((hook) => hook.kind === 'application');
  return objects.length > 0 ? objects : hooks;
}

/** `application = app`: one app under two names is one hook. Takes out the one with the other name. */
function renamed(text: string, bound: Map<string, FoundHook>): FoundHook | undefined {
  const name = /^application\s*=\s*(\w+)\s*$/.exec(text)?.[1] ?? '';
  const hook = bound.get(name);
  bound.delete(name);
  return hook;
}

function hookAt(lines: ModuleLines, index: number, entry: boolean): Unplaced | undefined {
  const text = lines.atImport[index] ?? '';
  return assignment(text, lines) ?? imported(lines, index, entry) ?? definition(lines, index);
}

/** `application = …`: a framework's constructor, or anything called when the name says it. */
function assignment(text: string, lines: ModuleLines): Unplaced | undefined {
  const match = /^((?:\w+\s*(?::[^=]+)?=(?!=)\s*)+)(.+)/.exec(text);
  const [, targets = '', value = ''] = match ?? [];
  if (!match || isAsgi(value)) return undefined;
  const names = targets.split('=').map((target) => target.split(':')[0]?.trim() ?? '');
  const attribute = names.includes('application') ? 'application' : (names[0] ?? '');
  const framework = frameworkOf(value) ?? frameworkOfClass(value, lines);
  const named = attribute === 'application' && /^[\w.]+(\(|\s*$)/.test(value) && !isOther(value);
  if (!framework && !named && !callsFactory(value)) return undefined;
  return { attribute, kind: 'application', framework: framework ?? 'WSGI' };
}

/** `app = Site()` where the module's `class Site` is a framework's app, or is called as WSGI is. */
function frameworkOfClass(value: string, { all, classes }: ModuleLines): string | undefined {
  const start = classes.get(/^(\w+)\(/.exec(value)?.[1] ?? '');
  if (start === undefined) return undefined;
  const base = /\(([\w.]+)/.exec(all[start] ?? '')?.[1] ?? '';
  const called = (line: string) =>
    /def __call__\(\s*self,\s*\w+[^,]*,\s*start_response\b/.test(line);
  return frameworkOf(`${base}(`) ?? (blockAt(all, start).some(called) ? 'WSGI' : undefined);
}

const BOTTLE_DEFAULT = /^(default_app|app)$/;

/** `from project import app as application`; `app` itself where a server's command looks for it. */
function imported(lines: ModuleLines, index: number, entry: boolean): Unplaced | undefined {
  const match = /^from\s+(\S+)\s+import\s+(.*)/.exec(lines.atImport[index] ?? '');
  const [, from = '', listed = ''] = match ?? [];
  if (!match || isAsgi(from)) return undefined;
  const listing = listed.startsWith('(') ? parametersOf(lines.all, index) : listed.split(',');
  const names = listing.map((name) => name.trim().split(/\s+as\s+/));
  if (from === 'bottle') return bottleDefault(names.flat(), lines);
  const bound = names.map(([name, as]) => as ?? name ?? '');
  const attribute = bound.find((name) => name === 'application' || (entry && name === 'app'));
  return attribute ? { attribute, kind: 'application', framework: 'WSGI' } : undefined;
}

/**
 * Bottle's default app, to which `@route` adds: it has no name of its own, but what returns it has
 * one in a module that imports it.
 */
function bottleDefault(names: string[], { all }: ModuleLines): Unplaced | undefined {
  const name = names.includes('*') ? 'default_app' : names.find((one) => BOTTLE_DEFAULT.test(one));
  if (!name || !all.some((line) => BOTTLE_ROUTE.test(line))) return undefined;
  return { attribute: `${name}()`, kind: 'factory', framework: 'Bottle' };
}

const BOTTLE_ROUTE = /^@(bottle\.)?(route|get|post|put|delete|patch|error|hook|view)\b/;

/** Whether the module adds routes to Bottle's default app, and names nothing that returns it. */
export function usesNamelessBottle(source: string): boolean {
  if (!/\bbottle\b/.test(source)) return false;
  const { all } = moduleLines(source);
  return all.some((line) => BOTTLE_ROUTE.test(line)) && findAppHooks(source).length === 0;
}

const FACTORY = /^((create|make)_(\w+_)?(wsgi_)?app(lication)?|app(lication)?_factory)$/;
const PERHAPS_FACTORY = /^(build|get|init|setup|start|new)_(\w+_)?(wsgi_)?app(lication)?$/;

/** `def create_app(…)` that needs no argument, or `def anything(environ, start_response)`. */
function definition({ all }: ModuleLines, index: number): Unplaced | undefined {
  const name = /^\s*def\s+(\w+)\s*\(/.exec(all[index] ?? '')?.[1];
  if (!name) return undefined;
  const parameters = parametersOf(all, index);
  if (isWsgi(name, parameters)) {
    return { attribute: name, kind: 'application', framework: 'WSGI' };
  }
  const paste = isPaste(parameters);
  const callable = [FACTORY, PERHAPS_FACTORY].some((pattern) => pattern.test(name));
  if (!paste && (!callable || parameters.some(isRequired))) return undefined;
  return factory(name, paste, blockAt(all, index).join('\n'));
}

/** Gunicorn calls a factory with what stands in the brackets. */
function factory(name: string, paste: boolean, body: string): Unplaced | undefined {
  const framework = frameworkOf(body);
  const known = framework !== undefined && (paste || PERHAPS_FACTORY.test(name));
  if (!known && !(FACTORY.test(name) && (framework || !isAsgi(body)))) return undefined;
  const attribute = paste ? `${name}({})` : `${name}()`;
  return { attribute, kind: 'factory', framework: framework ?? 'factory' };
}
