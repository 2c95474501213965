import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAppHooks, usesNamelessBottle } from '../../../../extension/hooks/appHooks.ts';

const attributes = (source: string) => findAppHooks(source).map((hook) => hook.attribute);
const only = (source: string) => {
  const hooks = findAppHooks(source);
  assert.equal(hooks.length, 1, JSON.stringify(hooks));
  return hooks[0];
};

test('a Django project is found by get_wsgi_application()', () => {
  const source = [
    '"""WSGI config for mysite project."""',
    'import os',
    'from django.core.wsgi import get_wsgi_application',
    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')",
    'application = get_wsgi_application()',
  ].join('\n');
  assert.deepEqual(only(source), {
    attribute: 'application',
    kind: 'application',
    line: 5,
    framework: 'Django',
  });
});

test('Flask and Bottle apps are found under any name', () => {
  assert.equal(only('app = Flask(__name__)')?.framework, 'Flask');
  assert.equal(only('server: Flask = flask.Flask(\n    __name__)')?.attribute, 'server');
  assert.equal(only('app = application = Flask(__name__)')?.attribute, 'application');
  assert.equal(only('app = Bottle()')?.framework, 'Bottle');
  assert.equal(only('application = bottle.default_app()')?.framework, 'Bottle');
});

test('a factory counts when it needs no argument, over several lines too', () => {
  assert.deepEqual(attributes('def create_app(test_config=None):\n    return Flask(__name__)'), [
    'create_app()',
  ]);
  const wrapped =
    'def make_app(\n    config: dict[str, str] | None = None,\n    *,\n    debug=False,\n):';
  assert.deepEqual(attributes(wrapped), ['make_app()']);
  assert.deepEqual(attributes('def create_app(config):\n    pass'), []);
});

test('an app made by the factory in the same module is offered instead of the factory', () => {
  assert.deepEqual(attributes('def create_app():\n    pass\n\napp = create_app()'), ['app']);
});

test('a plain callable counts by its parameters', () => {
  const plain = 'def application(environ, start_response):\n    return []';
  assert.deepEqual(attributes(plain), ['application']);
  assert.deepEqual(attributes('def hello(environ, start_response): ...'), ['hello']);
  assert.deepEqual(attributes('def app(environ: dict, start: Callable[[str, list], None]): ...'), [
    'app',
  ]);
  assert.deepEqual(attributes('def helper(one, two): ...'), []);
  assert.deepEqual(attributes('def app(request): ...'), []);
});

test('an object counts whose class has a WSGI __call__ in the same module', () => {
  const site = 'class Site:\n    def __call__(self, environ, start_response):\n        pass\n\n';
  assert.deepEqual(attributes(`${site}app = Site()`), ['app']);
  assert.deepEqual(attributes('class Other:\n    pass\n\napp = Other()'), []);
});

test('what is imported as application counts', () => {
  assert.deepEqual(attributes('from project import app as application'), ['application']);
  assert.deepEqual(attributes('from project import application'), ['application']);
  assert.deepEqual(attributes('from project.asgi import application'), []);
  assert.deepEqual(attributes('from project import application_settings'), []);
});

test('ASGI apps, other apps, comparisons, comments, strings and nested code do not count', () => {
  for (const source of [
    'application = get_asgi_application()',
    'app = FastAPI()',
    'app = typer.Typer()',
    'application == get_wsgi_application()',
    '# app = Flask(__name__)',
    '"""Example:\n\napp = Flask(__name__)\n"""',
    'if __name__ == "__main__":\n    app = Flask(__name__)',
    'class Site:\n    app = Flask(__name__)',
    'register(\n    app=Flask(__name__),\n)',
    'application = QApplication(sys.argv)',
    'application = ProtocolTypeRouter({"http": app})',
    'def create_app():\n    return FastAPI()',
    'def test():\n    application = get_wsgi_application()',
  ]) {
    assert.deepEqual(attributes(source), [], source);
  }
});

test('a name bound twice is one hook: the last', () => {
  const twice = 'app = Flask(__name__)\napp = Flask("other")';
  assert.equal(only(twice)?.line, 2);
  const wrapped = 'application = get_wsgi_application()\napplication = WhiteNoise(application)';
  assert.deepEqual(attributes(wrapped), ['application']);
});

test('what a block at import binds is the module’s', () => {
  const source =
    'with Configurator() as config:\n    config.scan()\n    app = config.make_wsgi_app()\n';
  assert.deepEqual(only(source), {
    attribute: 'app',
    kind: 'application',
    line: 3,
    framework: 'Pyramid',
  });
  const either =
    'try:\n    import x\nexcept ImportError:\n    x = None\nelse:\n    app = Flask("a")';
  assert.deepEqual(attributes(either), ['app']);
});

test("Pyramid's main() of Paste Deploy is called with empty settings", () => {
  const main = 'def main(global_config, **settings):\n    return Configurator().make_wsgi_app()';
  assert.deepEqual(attributes(main), ['main({})']);
  assert.deepEqual(attributes('def main(global_config, **settings):\n    return 1'), []);
  assert.deepEqual(attributes('def main(argv=None):\n    return 1'), []);
});

test('a factory tells its framework; other names need one', () => {
  assert.equal(only('def create_app():\n    return Flask(__name__)')?.framework, 'Flask');
  assert.deepEqual(attributes('def build_app():\n    return Flask(__name__)'), ['build_app()']);
  assert.deepEqual(attributes('def build_app():\n    return Window()'), []);
  assert.deepEqual(attributes('async def create_app():\n    return Flask(__name__)'), []);
});

test('a subclass of a framework’s app, made in its module', () => {
  const source = 'class Shop(flask.Flask):\n    pass\n\n\nshop = Shop(__name__)\n';
  assert.equal(only(source)?.framework, 'Flask');
});

test('an app that is imported counts where commands look for it', () => {
  const source = 'from shop import app\n\nif __name__ == "__main__":\n    app.run()\n';
  assert.deepEqual(findAppHooks(source, 'views.py'), []);
  assert.equal(findAppHooks(source, 'wsgi.py')[0]?.attribute, 'app');
  const several = 'from shop import (\n    db,\n    site as application,  # served\n)\n';
  assert.deepEqual(attributes(several), ['application']);
});

test('Bottle’s default app, where the module has a name for it', () => {
  const routes = '\n\n@route("/")\ndef index():\n    return ""\n';
  assert.deepEqual(attributes(`from bottle import *${routes}`), ['default_app()']);
  assert.deepEqual(attributes(`from bottle import app, route${routes}`), ['app()']);
  assert.deepEqual(attributes(`from bottle import route, run${routes}`), []);
  assert.equal(usesNamelessBottle(`from bottle import route, run${routes}`), true);
  assert.equal(usesNamelessBottle(`from bottle import default_app, route${routes}`), false);
});

test('a module that starts its own server when it is imported is told', () => {
  assert.equal(only('app = Bottle()\napp.run(port=8080)')?.blocks, true);
  const guarded = 'app = Bottle()\nif __name__ == "__main__":\n    app.run(port=8080)';
  assert.equal(only(guarded)?.blocks, undefined);
});

test('one app under two names is one hook', () => {
  const source = 'app = Flask(__name__)\n\napplication = app  # for Gunicorn\n';
  assert.deepEqual(only(source), {
    attribute: 'application',
    kind: 'application',
    line: 3,
    framework: 'Flask',
  });
  const either = 'if __name__ == "__main__":\n    run()\nelse:\n    application = default_app()\n';
  assert.equal(only(either)?.framework, 'Bottle');
});
