/** Templates of Django, Flask (Jinja) and Bottle: what is rendered, and the line that asks a database. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { ofKind, outline, placeOf, traced } from '../support/traces.ts';

/** Rows that are asked for when the template gets to them, as a QuerySet's are. */
const LIBRARY = `
import sqlite3

def ask(number):
    connection = sqlite3.connect(":memory:")
    (row,) = connection.execute("select ?", [number]).fetchone()
    connection.close()
    return row
`;

const DJANGO = {
  'settings.py': `
SECRET_KEY, DEBUG, ALLOWED_HOSTS, ROOT_URLCONF = "x", True, ["*"], "urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["templates"]}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
INSTALLED_APPS = ["django.contrib.contenttypes"]
`,
  'urls.py': `
from django.contrib.contenttypes.models import ContentType
from django.shortcuts import render
from django.urls import path
import library

class Many:
    def __iter__(self):
        return iter(ContentType.objects.raw("select 1 as id, 2 as app_label, 3 as model"))

def page(request):
    return render(request, "page.html", {"numbers": [1, 2], "many": Many()})

urlpatterns = [path("page", page)]
`,
  'wsgi.py': `
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
`,
  'templates/base.html': '<body>{% block content %}{% endblock %}</body>',
  'templates/page.html':
    '{% extends "base.html" %}\n{% block content %}\n' +
    '{% for n in numbers %}{% include "row.html" %}{% endfor %}\n' +
    '{% for row in many %}{{ row.id }}{% endfor %}{% endblock %}',
  'templates/row.html': '<p>{{ n }}</p>',
};

const FLASK = {
  'wsgi.py': `
from flask import Flask, render_template
import library
application = Flask(__name__)

@application.get("/page")
def page():
    return render_template("page.html", numbers=[1, 2], ask=library.ask)
`,
  'templates/base.html': '<body>{% block content %}{% endblock %}</body>',
  'templates/page.html':
    '{% extends "base.html" %}\n{% block content %}\n' +
    '{% for n in numbers %}{% include "row.html" %}{% endfor %}\n{% endblock %}',
  'templates/row.html': '<p>\n{{ ask(n) }}</p>',
};

const BOTTLE = {
  'wsgi.py': `
import bottle, library
application = bottle.Bottle()

@application.get("/page")
def page():
    return bottle.template("page", numbers=[1, 2], ask=library.ask)
`,
  'views/base.tpl': '<body>{{!base}}</body>',
  'views/page.tpl': "% rebase('base.tpl')\n% for n in numbers:\n% include('row.tpl', n=n)\n% end\n",
  'views/row.tpl': '<p>\n{{ ask(n) }}</p>',
};

async function serve(t: TestContext, files: Record<string, string>): Promise<RunningServer> {
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'library.py': LIBRARY, ...files });
  return startServer(t, { app: 'wsgi', cwd, args: ['--workers', '2'] });
}

/** Asks twice: what is compiled is told of the first time only. Then once more, of newer code. */
async function check(
  server: RunningServer,
  rendered: string[],
  more: (page: Awaited<ReturnType<typeof traced>>) => void,
): Promise<void> {
  const compiled = new Set<string>();
  for (let number = 0; number < 6; number += 1) {
    if (number === 4) await (await server.stream()).command('reload', {});
    const page = await traced(server, '/page');
    assert.equal(page.status, 200);
    const lines = outline(page.trace, 'template');
    for (const line of lines.filter((one) => one.includes('compile'))) compiled.add(line.trim());
    assert.deepEqual(
      lines.filter((line) => !line.includes('compile')),
      rendered,
    );
    const { count, duration } = page.ended.totals.template ?? { count: 0, duration: 0 };
    assert.equal(count, lines.length);
    assert.ok(duration > 0);
    for (const { site } of ofKind(page.trace, 'template')) {
      assert.equal(site?.['code.function.name'], 'page', 'the line that renders it');
    }
    more(page);
  }
}

test('django: includes and parents, and the line of the template that a query came from', async (t) => {
  const server = await serve(t, DJANGO);
  const expected = [
    'template page.html',
    '  template base.html',
    '    template row.html',
    '    template row.html',
  ];
  await check(server, expected, ({ body, trace, ended }) => {
    assert.match(body, /<p>1<\/p><p>2<\/p>/);
    assert.deepEqual([ended['http.route'], ended.view], ['/page', 'urls.page']);
    const [query] = ofKind(trace, 'sql');
    assert.equal(placeOf(query?.site), 'urls.py:9', 'the innermost own line of Python');
    assert.equal(
      placeOf(query?.attributes.template),
      'page.html:4',
      'and the line that it renders',
    );
  });
});

test('flask: Jinja includes and parents; its code is no Python of the user', async (t) => {
  const server = await serve(t, FLASK);
  const expected = [
    'template page.html',
    '  template base.html',
    '    template row.html',
    '    template row.html',
  ];
  await check(server, expected, ({ body, trace }) => {
    assert.match(body, /<p>\n1<\/p><p>\n2<\/p>/);
    assert.equal(ofKind(trace, 'sql').length, 2);
    assert.equal(placeOf(ofKind(trace, 'sql')[0]?.site), 'library.py:6');
  });
});

test('bottle: includes and rebase', async (t) => {
  const server = await serve(t, BOTTLE);
  const expected = [
    'template page',
    '  template row.tpl',
    '  template row.tpl',
    '  template base.tpl',
  ];
  await check(server, expected, ({ trace }) => {
    assert.equal(ofKind(trace, 'sql').length, 2);
  });
});

test('flask: a query of a library, called by a template, is told with its line', async (t) => {
  const files = {
    'wsgi.py': `
from flask import Flask, render_template
import sqlite3
application = Flask(__name__)
connection = sqlite3.connect(":memory:", check_same_thread=False)

@application.get("/page")
def page():
    return render_template("page.html", execute=connection.execute)
`,
    'templates/page.html': 'One:\n{{ execute("select 1").fetchone()[0] }}',
  };
  const server = await serve(t, files);
  const { trace, body } = await traced(server, '/page');
  assert.equal(body, 'One:\n1');
  const [query] = ofKind(trace, 'sql');
  assert.equal(placeOf(query?.attributes.template), 'page.html:2');
  assert.equal(placeOf(query?.site), 'wsgi.py:9', 'the line that rendered it');
});

test('django: so is a lazy queryset', async (t) => {
  const files = {
    ...DJANGO,
    'urls.py': `
from django.contrib.contenttypes.models import ContentType
from django.shortcuts import render
from django.urls import path

def page(request):
    many = ContentType.objects.raw("select 1 as id, 2 as app_label, 3 as model")
    return render(request, "page.html", {"numbers": [1, 2], "many": many})

urlpatterns = [path("page", page)]
`,
  };
  const server = await serve(t, files);
  const { trace } = await traced(server, '/page');
  const [query] = ofKind(trace, 'sql');
  assert.equal(placeOf(query?.attributes.template), 'page.html:4');
  assert.equal(placeOf(query?.site), 'urls.py:8', 'the line that rendered it');
});

test('beyond what is listed, includes are counted exactly', async (t) => {
  const numbers = Array.from({ length: 659 }, (_, number) => number);
  const urls = DJANGO['urls.py'].replace('[1, 2]', `[${numbers}]`);
  const server = await serve(t, { ...DJANGO, 'urls.py': urls });
  await traced(server, '/page');
  const { trace, ended } = await traced(server, '/page');
  const listed = ofKind(trace, 'template').length;
  const more = trace.groups.find(({ text }) => text === 'row.html')?.count ?? 0;
  const compiled = outline(trace, 'template').filter((line) => line.includes('compile')).length;
  assert.ok(listed < 661 && more > 0);
  assert.equal(listed + more - compiled, 661);
  assert.equal(ended.totals.template?.count, listed + more);
  assert.match(trace.groups[0]?.site?.['code.file.path'] ?? '', /urls\.py$/);
});
