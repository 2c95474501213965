/** Tests that were generated from requests: they pass on the code that answered, and fail when it is changed. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { type HttpRequest, send } from '../support/http.ts';
import { venvPython } from '../support/paths.ts';
import { type RunningServer, startServer } from '../support/server.ts';

const SHOP = `
def orders(page):
    return {"page": page, "orders": [{"id": 9007199254740993, "total": 12.50}], "token": "s3cret" * 4}

def listing(page):
    hidden = '<input name="csrf_token" value="%s">' % ("t" * 32)
    return f"<h1>Örders</h1>\\n<p>it's page {page}</p>\\n{hidden}\\n"

def echo(body):
    return body.upper()
`;

/** Each has the same pages, made by a factory; `wsgiref.validate` checks the environ of server and test. */
const FRAMEWORKS: Record<string, string> = {
  flask: `
from wsgiref.validate import validator
from flask import Flask, jsonify, make_response, request
import shop

def create_app(mode, debug=False):
    assert mode == "it's"
    app = Flask(__name__)

    @app.get("/orders/<int:page>")
    def orders(page):
        return jsonify(shop.orders(page))

    @app.get("/listing/<path:rest>")
    def listing(rest):
        return shop.listing(request.args["page"])

    @app.post("/echo")
    def echo():
        answer = make_response(shop.echo(request.stream.read(request.content_length)), 201)
        answer.content_type = "text/plain; charset=utf-8"
        return answer

    @app.get("/picture")
    def picture():
        return b"\\x89PNG" * 10, 200, {"Content-Type": "image/png"}

    @app.get("/packed")
    def packed():
        import gzip
        return gzip.compress(b"packed"), 200, {"Content-Type": "text/plain", "Content-Encoding": "gzip"}

    return validator(app)
`,
  bottle: `
from wsgiref.validate import validator
import gzip
from bottle import Bottle, request, response
import shop

def create_app(mode, debug=False):
    assert mode == "it's"
    app = Bottle()

    @app.get("/orders/<page:int>")
    def orders(page):
        return shop.orders(page)

    @app.get("/listing/<rest:path>")
    def listing(rest):
        return shop.listing(request.query.page)

    @app.post("/echo")
    def echo():
        response.status = 201
        response.content_type = "text/plain; charset=utf-8"
        return shop.echo(request.body.read(int(request.headers["Content-Length"])))

    @app.get("/picture")
    def picture():
        response.content_type = "image/png"
        return b"\\x89PNG" * 10

    @app.get("/packed")
    def packed():
        response.content_type = "text/plain"
        response.headers["Content-Encoding"] = "gzip"
        return gzip.compress(b"packed")

    return validator(app)
`,
  django: `
import gzip
from wsgiref.validate import validator
import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
import shop

def orders(request, page):
    return JsonResponse(shop.orders(page))

def listing(request, rest):
    return HttpResponse(shop.listing(request.GET["page"]))

def echo(request):
    return HttpResponse(shop.echo(request.body), status=201, content_type="text/plain; charset=utf-8")

def picture(request):
    return HttpResponse(b"\\x89PNG" * 10, content_type="image/png")

def packed(request):
    return HttpResponse(gzip.compress(b"packed"), content_type="text/plain", headers={"Content-Encoding": "gzip"})

urlpatterns = [
    path("orders/<int:page>", orders),
    path("listing/<path:rest>", listing),
    path("echo", csrf_exempt(echo)),
    path("form", echo),
    path("picture", picture),
    path("packed", packed),
]

def create_app(mode, debug=False):
    assert mode == "it's"
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["*"], DEBUG=False, ROOT_URLCONF=__name__, SECRET_KEY="not one",
            MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
        )
        django.setup()
    return validator(get_wsgi_application())
`,
};

const PLAIN = { 'Content-Type': 'text/plain; charset=utf-8' };
const TOKEN = 'abcdefghijklmnopqrstuvwxyz012345';

const REQUESTS: Record<string, HttpRequest> = {
  '/orders/3?sort=-placed': {},
  '/listing/%C3%BC/it%27s%20%22quoted%22?page=%27%22%5C&token=hidden4711': {
    headers: { Cookie: 'sessionid=abc; theme=dark', 'X-Bytes': 'ü"\'\\' },
  },
  '/echo': {
    method: 'POST',
    headers: PLAIN,
    body: 'it\'s "quoted" \\ \n\r\n\t\u0000 """ \u{1f600} \u202e {} % $x\nüber\n',
  },
  '/picture': {},
  '/packed': {},
  '/nowhere': {},
};

const FORM: HttpRequest = {
  method: 'POST',
  headers: {
    'Content-Type': 'application/x-www-form-urlencoded',
    Cookie: `csrftoken=${TOKEN}`,
  },
  body: `name=Ann&csrfmiddlewaretoken=${TOKEN}`,
};

const CHANGES: Record<string, [from: string, to: string]> = {
  '/orders': ['9007199254740993', '9007199254740992'],
  '/listing': ["it's page", 'it is page'],
  '/echo': ['upper', 'lower'],
  '/form': ['upper', 'lower'],
};

for (const [framework, source] of Object.entries(FRAMEWORKS)) {
  test(`${framework}: generated tests pass, and fail when the view is changed`, async (t) => {
    const cwd = tempFolder(t);
    writeFiles(cwd, { 'shop.py': SHOP, 'pages.py': source });
    const app = `pages:create_app("it's", debug=True)`;
    const server = await startServer(t, { cwd, app, args: ['--workers', '2'] });
    const requests = { ...REQUESTS, ...(framework === 'django' ? { '/form': FORM } : {}) };
    const folder = tempFolder(t);
    const files = new Map<string, string>();
    for (const [target, request] of Object.entries(requests)) {
      const { name, text } = await generated(server, target, request);
      writeFileSync(join(folder, name), text);
      files.set(name, target);
    }

    const good = await runPytest(folder);
    assert.deepEqual([good.code, good.failed], [0, []], good.output);
    assert.ok(good.output.includes(`${files.size} passed`), good.output);

    const shop = join(cwd, 'shop.py');
    for (const [path, [from, to]] of Object.entries(CHANGES)) {
      writeFileSync(shop, SHOP.replace(from, to));
      const expected = [...files].filter(([, target]) => target.startsWith(path));
      const bad = await runPytest(folder);
      const names = expected.map(([name]) => name);
      assert.ok(
        names.every((name) => bad.failed.includes(name)),
        `${path}\n${bad.output}`,
      );
    }
    for (const name of files.keys()) {
      assert.ok(
        !/s3cret|hidden4711|abcdefghijkl/.test(readFileSync(join(folder, name), 'utf8')),
        name,
      );
    }
  });
}

async function generated(server: RunningServer, target: string, request: HttpRequest) {
  const stream = await server.stream();
  const known = new Set(stream.events);
  const { status } = await send(`${server.url}${target}`, request);
  assert.ok(status < 500, target);
  const ended = await stream.event('request.ended', (event) => !known.has(event));
  return stream.command('export', { requests: [ended.request], format: 'pytest' });
}

interface Ran {
  code: number;
  output: string;
  /** Names of files. */
  failed: string[];
}

function runPytest(folder: string): Promise<Ran> {
  const args = ['-m', 'pytest', '-q', '-rf', '-p', 'no:cacheprovider', '--tb=short', '.'];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  return new Promise((resolve) => {
    execFile(venvPython, args, { cwd: folder, env }, (error, stdout, stderr) => {
      const failed = [...stdout.matchAll(/^(?:FAILED|ERROR) (\w+\.py)/gm)].map(
        ([, name = '']) => name,
      );
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr, failed });
    });
  });
}
