import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { nearFirst } from '../../../../extension/hooks/rank.ts';
import { searchAppHooks } from '../../../../extension/hooks/search.ts';

/** A project with these files, gone after the test. */
async function project(t: TestContext, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'prefork-hooks-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const FLASK = 'app = Flask(__name__)\n';
const DJANGO = 'application = get_wsgi_application()\n';

test("Django's startproject: one hook, imported from the folder of manage.py", async (t) => {
  const folder = await project(t, {
    'manage.py': 'import sys',
    'mysite/__init__.py': '',
    'mysite/wsgi.py': DJANGO,
    'mysite/asgi.py': 'application = get_asgi_application()\n',
    'mysite/settings.py': "WSGI_APPLICATION = 'mysite.wsgi.application'\n",
  });
  const hooks = await searchAppHooks(folder);
  assert.deepEqual(
    hooks.map((hook) => [hook.app, hook.root]),
    [['mysite.wsgi:application', folder]],
  );
});

test("the Flask tutorial's factory in a package, its tests aside", async (t) => {
  const folder = await project(t, {
    'flaskr/__init__.py': 'def create_app(test_config=None):\n    return Flask(__name__)\n',
    'flaskr/db.py': 'from flask import current_app\n',
    'tests/conftest.py': 'app = create_app({"TESTING": True})\n',
  });
  const hooks = await searchAppHooks(folder);
  assert.deepEqual(
    hooks.map((hook) => hook.app),
    ['flaskr:create_app()'],
  );
});

test('a src layout and a monorepo: each app from its own root', async (t) => {
  const folder = await project(t, {
    'backend/src/shop/__init__.py': '',
    'backend/src/shop/wsgi.py': DJANGO,
    'api/main.py': FLASK,
  });
  const hooks = await searchAppHooks(folder);
  assert.deepEqual(
    hooks.map((hook) => [hook.app, hook.root]),
    [
      ['shop.wsgi:application', join(folder, 'backend/src')],
      ['main:app', join(folder, 'api')],
    ],
  );
});

test('virtual environments, dependencies and dot folders are not read', async (t) => {
  const folder = await project(t, {
    'app.py': FLASK,
    'my-env/pyvenv.cfg': '',
    'my-env/lib/thing.py': FLASK,
    'node_modules/x/app.py': FLASK,
    '.tox/app.py': FLASK,
    'lib/site-packages/app.py': FLASK,
  });
  const hooks = await searchAppHooks(folder);
  assert.deepEqual(
    hooks.map((hook) => hook.app),
    ['app:app'],
  );
});

test('the likely one comes first: wsgi.py, then application, then app, then a factory', async (t) => {
  const folder = await project(t, {
    'a.py': 'def create_app():\n    pass\n',
    'b.py': FLASK,
    'c.py': 'application = Bottle()\n',
    'deep/wsgi.py': DJANGO,
  });
  const hooks = await searchAppHooks(folder);
  assert.deepEqual(
    hooks.map((hook) => hook.app),
    ['wsgi:application', 'c:application', 'b:app', 'a:create_app()'],
  );
});

test('a test module is offered when there is nothing else', async (t) => {
  const folder = await project(t, { 'tests/app.py': FLASK });
  assert.equal((await searchAppHooks(folder)).length, 1);
});

test('the search ends at its limit of files', async (t) => {
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`m${at}.py`, FLASK]));
  const folder = await project(t, files);
  assert.equal((await searchAppHooks(folder, { files: 10, depth: 8, size: 1000 })).length, 10);
});

test("Gunicorn's conf file, FLASK_APP and a Dockerfile say which of several is served", async (t) => {
  for (const [name, text] of [
    ['gunicorn.conf.py', 'bind = ":8000"\nwsgi_app = "api.main:app"\n'],
    ['.flaskenv', 'FLASK_APP=api.main\n'],
    ['Dockerfile', 'FROM python\nCMD ["gunicorn", "-b", ":80", "api.main:app"]\n'],
  ] as const) {
    const folder = await project(t, {
      'wsgi.py': DJANGO,
      'api/__init__.py': '',
      'api/main.py': FLASK,
      [name]: text,
    });
    const [first] = await searchAppHooks(folder);
    assert.equal(first?.app, 'api.main:app', name);
    assert.equal(first?.hint, join(folder, name));
  }
});

test('what a hint names but nobody has is not offered', async (t) => {
  const folder = await project(t, { Procfile: 'web: gunicorn nowhere.wsgi\n', 'app.py': FLASK });
  assert.deepEqual(
    (await searchAppHooks(folder)).map((hook) => hook.app),
    ['app:app'],
  );
});

test('a module that is no package, below manage.py, keeps its dotted name', async (t) => {
  const folder = await project(t, {
    'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.local')\n",
    'config/wsgi.py': DJANGO,
    'config/settings/local.py': '',
  });
  const hooks = await searchAppHooks(folder);
  assert.deepEqual(
    hooks.map(({ app, root, framework }) => [app, root, framework]),
    [['config.wsgi:application', folder, 'Django']],
  );
});

test('the project of the file that is open comes first', async (t) => {
  const folder = await project(t, {
    'api/app.py': FLASK,
    'shop/wsgi.py': DJANGO,
    'shop/shop/views.py': '',
  });
  const hooks = await searchAppHooks(folder);
  const firstNear = (file: string) => nearFirst(hooks, join(folder, file))[0]?.app;
  assert.equal(hooks[0]?.app, 'wsgi:application');
  assert.equal(firstNear('api/app.py'), 'app:app');
  assert.equal(firstNear('shop/shop/views.py'), 'wsgi:application');
  assert.equal(firstNear('README.md'), 'wsgi:application');
});
