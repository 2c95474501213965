/** The app hook that the editor offers first, for projects as others make them, is one that loads. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { searchAppHooks } from '../../extension/hooks/search.ts';
import { quietly } from '../setup/quietly.ts';
import { prefork } from '../support/commandLine.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { venvPython } from '../support/paths.ts';

/** What is offered first, after it has been loaded by the server itself. */
async function firstHook(folder: string): Promise<string> {
  const [hook] = await searchAppHooks(folder);
  assert.ok(hook, 'no app hook');
  const args = ['--check-config', '--python', venvPython, hook.app];
  const said = await prefork(args, hook.root, hook.env);
  assert.equal(said.code, 0, `${hook.app} in ${hook.root}: ${said.stderr}`);
  return `${hook.app} ${hook.root.slice(folder.length + 1)}`.trim();
}

function projectOf(t: TestContext, files: Record<string, string>): string {
  const folder = tempFolder(t);
  writeFiles(folder, files);
  return folder;
}

const BARE = 'def application(environ, start_response):\n    return []\n';
const FACTORY = `import os
from flask import Flask


def create_app(test_config=None):
    """Create and configure an instance of the Flask application."""
    app = Flask(__name__, instance_relative_config=True)
    app.config.from_mapping(SECRET_KEY="dev")
    if test_config is None:
        app.config.from_pyfile("config.py", silent=True)

    @app.route("/hello")
    def hello():
        return "Hello, World!"

    return app
`;

async function startProject(folder: string, name: string): Promise<void> {
  await quietly(venvPython, ['-m', 'django', 'startproject', name, folder], { cwd: folder });
}

test("django-admin's startproject, with an app of its own", async (t) => {
  const folder = tempFolder(t);
  await startProject(folder, 'mysite');
  await quietly(venvPython, ['manage.py', 'startapp', 'polls'], { cwd: folder });
  assert.equal(await firstHook(folder), 'mysite.wsgi:application');
  assert.equal((await searchAppHooks(folder)).length, 1);
});

test('a Django project whose packages have no __init__.py, and one without wsgi.py', async (t) => {
  const folder = tempFolder(t);
  await startProject(folder, 'mysite');
  await quietly('rm', ['mysite/__init__.py'], { cwd: folder });
  assert.equal(await firstHook(folder), 'mysite.wsgi:application');
  await quietly('rm', ['mysite/wsgi.py', 'mysite/asgi.py'], { cwd: folder });
  assert.equal(await firstHook(folder), 'django.core.wsgi:get_wsgi_application()');
});

test("the Flask tutorial's factory in a package", async (t) => {
  const folder = projectOf(t, {
    'flaskr/__init__.py': FACTORY,
    'flaskr/db.py': 'from flask import current_app, g\n',
    'flaskr/auth.py': 'from flask import Blueprint\n\nbp = Blueprint("auth", __name__)\n',
    'tests/conftest.py': 'from flaskr import create_app\n\napp = create_app({"TESTING": True})\n',
    'pyproject.toml': '[project]\nname = "flaskr"\ndependencies = ["flask"]\n',
  });
  assert.equal(await firstHook(folder), 'flaskr:create_app()');
});

test('a Bottle file with an app, and one with the default app', async (t) => {
  const named = projectOf(t, {
    'todo.py': `from bottle import Bottle, run

app = Bottle()

@app.route("/")
def index():
    return "todo"

if __name__ == "__main__":
    run(app, host="localhost", port=8080)
`,
  });
  assert.equal(await firstHook(named), 'todo:app');
  const nameless = projectOf(t, {
    'hello.py': `from bottle import default_app, route, run

@route("/")
def index():
    return "hello"

if __name__ == "__main__":
    run()
`,
  });
  assert.equal(await firstHook(nameless), 'hello:default_app()');
});

test('a monorepo of three: what is deployed from its top comes first', async (t) => {
  const folder = projectOf(t, {
    'services/api/app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
    'services/api/pyproject.toml': '[project]\nname = "api"\n',
    'services/worker/main.py': 'import sys\n\n\ndef main():\n    return 0\n',
    'services/worker/health.py': BARE,
    Procfile:
      'release: python manage.py migrate\nweb: gunicorn shop.wsgi --chdir services/shop -w 3\n',
  });
  writeFiles(folder, { 'services/shop/README.md': '' });
  await startProject(join(folder, 'services/shop'), 'shop');
  assert.equal(await firstHook(folder), 'shop.wsgi:application services/shop');
  const hooks = (await searchAppHooks(folder)).map((hook) => hook.app);
  assert.deepEqual(hooks, ['shop.wsgi:application', 'health:application', 'app:app']);
});
