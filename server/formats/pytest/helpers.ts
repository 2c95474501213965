/** The functions that a generated test brings along, as Python source. */

import type { Origin } from '../captured.ts';
import { literal } from './python.ts';

const ALL = `        for block in answer:
            written.append(block)`;
const FIRST = '        written.append(next(iter(answer), b""))  # it has no end';

/** `endless`: only the first piece of the answer is asked for. */
export const callHelper = (endless: boolean): string => `def call(application, environ):
    """Calls the app as a WSGI server does: the status, the headers by their names, the body."""
    started, written = [], []

    def start_response(status, headers, exc_info=None):
        started[:] = [status, headers]
        return written.append

    answer = application(environ, start_response)
    try:
${endless ? FIRST : ALL}
    finally:
        if hasattr(answer, "close"):
            answer.close()
    status, headers = started
    return int(status[:3]), {name.lower(): value for name, value in headers}, b"".join(written)`;

export const HIDDEN_HELPER = `def hidden(name):
    """A value that was hidden when it was captured, from the environment.

    Without one, tokens against forged requests agree with each other, which is what Django asks for.
    """
    return os.environ.get(name, "x" * 32 if "CSRF" in name or "XSRF" in name else "")`;

export const HIDE = `def hide(answer, expected):
    """\`answer\` with [hidden] where \`expected\` has it."""
    if expected == "[hidden]":
        return expected
    if isinstance(answer, dict) and isinstance(expected, dict):
        return {key: hide(value, expected.get(key)) for key, value in answer.items()}
    if isinstance(answer, list) and isinstance(expected, list):
        pairs = zip(answer, expected)
        return [hide(*pair) for pair in pairs] + answer[len(expected) :]
    if isinstance(answer, str) and isinstance(expected, str):
        return hide_text(answer, expected)
    return answer`;

export const HIDE_TEXT = `def hide_text(answer, expected):
    """\`expected\` if the answer differs only where that has [hidden], else the answer."""
    first, *others = re.split(r"[\\"']?\\[hidden\\][\\"']?", expected)
    if not others or not answer.startswith(first):
        return answer
    position = len(first)
    for piece in others:
        position = answer.find(piece, position) + len(piece)
        if position < len(piece):
            return answer
    return expected if answer.endswith(others[-1]) else answer`;

/** The folder is looked for above the test first, so that the test can go with the project. */
export function rootHelper({ app, root }: Origin): string {
  const top = app.split(/[.:]/)[0] ?? '';
  return `def root():
    """Where the app is imported from: above this file, else where it was when it was captured."""
    for folder in Path(__file__).resolve().parents:
        if (folder / ${literal(top)}).exists() or (folder / ${literal(`${top}.py`)}).exists():
            return folder
    return Path(${literal(root)})`;
}

/** Imports the app hook as Gunicorn does: a name, or a call with literal arguments. */
export function fixture({ app, pythonpath }: Origin): string {
  const [module = '', ...rest] = app.split(':');
  const attribute = rest.join(':') || 'application';
  const further = pythonpath.map((folder) => `    monkeypatch.syspath_prepend(${literal(folder)})`);
  return `@pytest.fixture
def application(monkeypatch):
    """The app hook ${app.replace(/["\\]/g, "'")}, as the server imports it."""
    monkeypatch.chdir(root())
    monkeypatch.syspath_prepend(root())
${further.map((line) => `${line}\n`).join('')}    module = importlib.import_module(${literal(module)})
    return module.${attribute}`;
}
