/**
 * A request as a test for pytest that needs nothing of Prefork: it imports the app hook, calls the app as
 * a WSGI server does, and asserts status and body.
 */

import { type Captured, type Origin, outcomeOf } from '../captured.ts';
import { sendable } from '../sendable.ts';
import { type Assertions, assertionsOf } from './assertions.ts';
import { bodyExpression, environMembers } from './environ.ts';
import { callHelper, fixture, HIDDEN_HELPER, HIDE, HIDE_TEXT, rootHelper } from './helpers.ts';
import { plain } from './python.ts';

/** @throws when there was no answer that it could assert */
export function pytest(captured: Captured, origin: Origin): string {
  const expected = assertionsOf(captured);
  const code = [
    fixture(origin),
    `def test_${nameOf(captured)}(application):\n${indented(expected.lines)}`,
    environSource(captured, origin),
    callHelper(expected.endless),
  ];
  for (const helper of [HIDDEN_HELPER, HIDE, HIDE_TEXT]) {
    const name = /def (\w+)/.exec(helper)?.[1];
    if (code.some((part) => part.includes(`${name}(`))) code.push(helper);
  }
  code.push(rootHelper(origin));
  const head = `${heading(captured, origin, expected)}\n\n${imports(code.join('\n'))}`;
  const constants = expected.constants.map((constant) => `\n\n${constant}`).join('');
  return `${head}${constants}\n\n\n${code.join('\n\n\n')}\n`;
}

function heading(captured: Captured, origin: Origin, { notes }: Assertions): string {
  const { request } = captured;
  const { status, started } = outcomeOf(captured);
  const query = request['url.query'] && `?${request['url.query']}`;
  const asked = `${request['http.request.method']} ${request['url.path']}${query}`.slice(0, 200);
  const told = [...sendable(captured, origin).notes, ...notes].map((note) => `${plain(note)}\n`);
  const day = new Date(started / 1000).toISOString().slice(0, 10);
  const answered = status === null ? 'captured' : `answered with ${status}`;
  return `"""${plain(asked)}, as it was ${answered} on ${day}.

The app is called as a WSGI server calls it (PEP 3333), with the database and the services it is set to.
${told.join('')}"""`;
}

const STANDARD = ['importlib', 'io', 'json', 'os', 're', 'sys', 'zlib'];

function imports(code: string): string {
  const used = STANDARD.filter((module) => new RegExp(`\\b${module}\\.`).test(code));
  const lines = used.map((module) => `import ${module}\n`).join('');
  return `${lines}from pathlib import Path\n\nimport pytest`;
}

function environSource(captured: Captured, origin: Origin): string {
  const body = bodyExpression(captured, origin);
  const members = [
    ...environMembers(captured, origin),
    ...(body === null ? [] : ['"CONTENT_LENGTH": str(len(body)),']),
    `"wsgi.version": (1, 0),`,
    `"wsgi.input": io.BytesIO(${body === null ? '' : 'body'}),`,
    `"wsgi.errors": sys.stderr,`,
    `"wsgi.multithread": False,`,
    `"wsgi.multiprocess": False,`,
    `"wsgi.run_once": False,`,
  ];
  return `def environ():
    """The request."""
${body === null ? '' : `    body = ${body}\n`}    return {
${members.map((member) => `        ${member}\n`).join('')}    }`;
}

const indented = (lines: string[]): string => lines.map((line) => `    ${line}`).join('\n');

/** `get_orders_42`, of its path. */
function nameOf({ request }: Captured): string {
  const words = `${request['http.request.method']} ${request['url.path']}`.toLowerCase();
  return (
    words
      .replace(/[^a-z0-9]+/g, '_')
      .slice(0, 60)
      .replace(/^_|_$/g, '') || 'request'
  );
}
