/**
 * On real servers, Flask, Django and Bottle, which call each other: the profile of a slow page, what an
 * edit changed, and the requests of other services, each in the page.
 */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { launchChromium } from '../support/chromium.ts';
import { cleanUp } from '../support/cleanup.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

/** `busy` computes, `idle` sleeps; `ask` has another server do something. */
const WORK = `
import sqlite3
import time
import urllib.request

def busy(seconds):
    end = time.thread_time() + seconds
    total = 0
    while time.thread_time() < end:
        total += sum(range(200))
    return total

def idle(seconds):
    time.sleep(seconds)

def query(times):
    connection = sqlite3.connect(":memory:")
    for number in range(times):
        connection.execute("SELECT ?", (number,)).fetchall()

def page(url):
    if url:
        with urllib.request.urlopen(url) as response:
            return response.read().decode()
    busy(0.3)
    idle(0.1)
    query(9)
    return "done"
`;

const MODULES = {
  flask: `
import work
from flask import Flask, request

app = Flask(__name__)

@app.get("/")
def index():
    return work.page(request.args.get("url"))
`,
  django: `
import work
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

if not settings.configured:
    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="not one")

def index(request):
    return HttpResponse(work.page(request.GET.get("url")))

urlpatterns = [path("", index)]
app = get_wsgi_application()
`,
  bottle: `
import bottle
import work

app = bottle.Bottle()

@app.get("/")
def index():
    return work.page(bottle.request.query.url)
`,
};

interface Served {
  server: RunningServer;
  cwd: string;
}

async function serve(t: TestContext, module: string, runtime: string): Promise<Served> {
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'wsgi.py': module, 'work.py': WORK });
  const env = { XDG_RUNTIME_DIR: runtime };
  return { server: await startServer(t, { app: 'wsgi:app', cwd, env }), cwd };
}

const details = (page: Page) => page.getByRole('region', { name: 'Details' });
const PATIENCE = { timeout: 30_000 };

async function openRow(page: Page, name: string): Promise<void> {
  await page.getByRole('row', { name }).last().click(PATIENCE);
  await details(page).getByRole('heading', { name }).waitFor(PATIENCE);
  await details(page).getByRole('tab', { name: 'Request', exact: true }).waitFor(PATIENCE);
}

async function showProfile(page: Page, { server }: Served): Promise<void> {
  await send(`${server.url}/?slow`);
  await openRow(page, '/?slow');
  const sentence = details(page).locator('.told', { hasText: 'Show Profile' });
  const words = (await sentence.innerText(PATIENCE)).replaceAll(/\s+/g, ' ');
  // On a busy machine most of what it does is to wait for a processor.
  assert.match(words, /\d+ % (in|waiting from) work\.py:\d+ busy\(\)/);
  assert.match(words, /\d+ % waiting from work\.py:\d+ (busy|idle)\(\)/);
  await sentence.getByRole('button', { name: 'Show Profile' }).click();
  await details(page).getByRole('radio', { name: 'By File' }).click();
  const table = details(page).getByRole('table', { name: 'By file' });
  assert.match(await table.getByRole('row').nth(1).innerText(), /^work\.py/, 'the own first');
  await details(page).getByRole('radio', { name: 'Left Heavy' }).click();
  const graph = details(page).getByRole('tree', { name: 'Flame graph' });
  const selected = graph.getByRole('treeitem', { selected: true });
  await waitFor(
    'the function that works, or where it waited',
    async () => {
      await graph.press('ArrowDown');
      const name = (await selected.getAttribute('aria-label')) ?? '';
      return /^(busy|waiting), work\.py:\d+, /.test(name);
    },
    { seconds: 30 },
  );
}

async function showChange(page: Page, { server, cwd }: Served): Promise<void> {
  writeFiles(cwd, { 'work.py': WORK.replace('query(9)', 'query(1)').replace('"done"', '"new"') });
  await page.getByRole('row', { name: 'gen 1 → 2' }).getByText('ready in').waitFor(PATIENCE);
  assert.equal((await send(`${server.url}/?again`)).body, 'new');
  await openRow(page, '/?again');
  await details(page).getByRole('tab', { name: 'Compare' }).click();
  const words = details(page).getByRole('list', { name: 'From A to B' });
  assert.match(await words.innerText(PATIENCE), /SQL 9 → 1/);
  await details(page).locator('.diff-line.new').getByText('new').waitFor(PATIENCE);
}

async function showService(page: Page, from: Served, to: Served): Promise<void> {
  const asked = encodeURIComponent(`${to.server.url}/?called`);
  await send(`${from.server.url}/?url=${asked}`);
  await openRow(page, '/?url=');
  const visit = details(page).getByRole('row', { name: /^service wsgi:app GET \/, / });
  await waitFor(
    'the other server to tell of it',
    async () => {
      await details(page).getByRole('tab', { name: 'Timeline' }).click();
      return visit.waitFor({ timeout: 1000 }).then(
        () => true,
        () => false,
      );
    },
    { seconds: 30 },
  );
  await visit.click();
  const opened = page.context().waitForEvent('page');
  await details(page).getByRole('button', { name: 'Open in Its Panel' }).click();
  await details(await opened)
    .getByRole('heading', { name: '/?called' })
    .waitFor(PATIENCE);
}

test('Flask, Django and Bottle: profile, comparison, and each other', async (t) => {
  const runtime = tempFolder(t);
  const [flask, django, bottle] = await Promise.all(
    Object.values(MODULES).map((module) => serve(t, module, runtime)),
  );
  assert.ok(flask && django && bottle);
  const browser = await launchChromium();
  cleanUp(t, () => browser.close());
  for (const [name, from, to] of [
    ['Flask', flask, django],
    ['Django', django, bottle],
    ['Bottle', bottle, flask],
  ] as const) {
    await t.test(name, async () => {
      const page = await browser.newPage({ viewport: { width: 1400, height: 800 } });
      await page.goto(from.server.info.panel ?? '');
      await showProfile(page, from);
      await showChange(page, from);
      await showService(page, from, to);
      await page.close();
    });
  }
});
