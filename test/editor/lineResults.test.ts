/** Results at the ends of lines, in a real VS Code: what the last requests say of them. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEditor } from '../support/editor.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { waitFor } from '../support/wait.ts';
import { endOfLine, lineEnds, seesLineEnd } from './lineEnds.ts';
import { addressOf, get, status } from './serving.ts';

/** All of it is to be seen beside the panel. */
const APP = `import sqlite3, time, flask

application = flask.Flask(__name__)
names = sqlite3.connect(":memory:", check_same_thread=False)
names.execute("CREATE TABLE customer (id, name)")
names.executemany("INSERT INTO customer VALUES (?, ?)", ((n, n) for n in range(5_000)))

def name_of(number):
    query = "SELECT max(name) FROM customer WHERE id = ?"
    return names.execute(query, [number]).fetchone()

@application.get("/orders")
def orders():
    if "fail" in flask.request.args:
        raise ValueError("broken on purpose")
    return str([name_of(number) for number in range(40)])

@application.get("/list")
def listed():
    return flask.render_template("list.html", name_of=name_of)

@application.get("/report")
def report():
    time.sleep(0.4)
    return "done"
`;

const LIST = `<ul>
  {% for number in range(40) %}
  <li>{{ name_of(number) }}</li>
  {% endfor %}
</ul>
`;

const MENDED = APP.replace(
  '[name_of(number) for number in range(40)]',
  'names.execute("SELECT name FROM customer LIMIT 40").fetchall()',
);

/** The text is what is inserted, and nothing else. */
const SETTINGS = {
  'editor.autoIndent': 'none',
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.minimap.enabled': false,
};

const N_PLUS_1 = 'return names.execute(';

test('results in the editor: shown, dimmed, moved, cleared, turned off', async (t) => {
  const folder = tempFolder(t);
  writeFiles(folder, { 'wsgi.py': APP, 'templates/list.html': LIST });
  const editor = await openEditor(t, folder, SETTINGS);
  const { page, panel } = editor;
  let url = '';
  const problems = page.locator('.statusbar-item[id="status.problems"]');
  const hasProblems = (words: RegExp) =>
    waitFor(`Problems: ${words}`, async () =>
      words.test((await problems.getAttribute('aria-label')) ?? ''),
    );

  await editor.step('the view, the line that causes an N+1, the hot line', async () => {
    await editor.open('wsgi.py');
    await editor.run('Prefork: Serve This File');
    url = await addressOf(editor);
    assert.deepEqual(await lineEnds(editor), [], 'nothing before there is a request');
    await get(`${url}/orders`);
    await get(`${url}/report`);
    await seesLineEnd(editor, N_PLUS_1, ({ text }) => /^▲ 40× same query · .* wasted/.test(text));
    await seesLineEnd(editor, 'time.sleep', ({ text }) => /^\d+ % of the last profile$/.test(text));
    const view = /^GET \/orders [\d.]+ ms · 40 SQL ▲N\+1$/;
    await seesLineEnd(editor, 'def orders', ({ text, dimmed }) => view.test(text) && !dimmed);
    await editor.screenshot('editor line results');
  });

  await editor.step('a line of a template that causes an N+1', async () => {
    await get(`${url}/list`);
    await get(`${url}/orders`);
    await editor.open('list.html');
    await seesLineEnd(editor, '<li>', ({ text }) => /^▲ 40× same query · .* wasted/.test(text));
    await editor.screenshot('editor line results template');
    await editor.open('wsgi.py');
  });

  await editor.step('the hover tells more, and leads to the request', async () => {
    await endOfLine(editor, 'return names.execute').hover();
    const hover = page.locator('.monaco-hover').filter({ hasText: 'same query' });
    await hover.getByText('GET /orders at').first().waitFor();
    await editor.screenshot('editor line result hover');
    await hover.getByRole('link', { name: 'Open Request' }).first().click();
    await panel.getByRole('tab', { name: 'Summary' }).waitFor();
    await panel.getByText('wsgi.py:10').first().waitFor();
  });

  await editor.step('an edit above moves and dims it, one of its line ends it', async () => {
    await editor.open('wsgi.py', 1);
    await page.keyboard.insertText('# edited\n');
    const moved = await seesLineEnd(editor, N_PLUS_1, ({ dimmed }) => dimmed);
    assert.match(moved.text, /40× same query/);
    await editor.screenshot('editor line results dimmed');
    await editor.open('wsgi.py', 25);
    await page.keyboard.press('End');
    await page.keyboard.insertText('  # edited');
    await waitFor('the edited line to be without', async () =>
      (await lineEnds(editor)).every(({ code }) => !code.startsWith('time.sleep')),
    );
  });

  await editor.step('saved, it is dimmed until the new code has run, mended then', async () => {
    await editor.replace(MENDED);
    await status(editor, /gen 2/);
    await get(`${url}/orders`);
    const view = /^GET \/orders [\d.]+ ms · 1 SQL$/;
    await seesLineEnd(editor, 'def orders', ({ text, dimmed }) => view.test(text) && !dimmed);
    const ends = await lineEnds(editor);
    assert.ok(!ends.some(({ text }) => text.includes('same query')), JSON.stringify(ends));
  });

  await editor.step('Compare with Run before Edit: what the edit changed', async () => {
    await editor.run('Prefork: Compare with Run before Edit…');
    await page.locator('.quick-input-list').getByText('GET /orders').first().click();
    await panel.getByText('SQL 40 → 1').first().waitFor();
    await editor.screenshot('editor compare');
  });

  await editor.step('a request that fails is a Problem until its route goes well', async () => {
    await get(`${url}/orders?fail=1`);
    await hasProblems(/1 Problem|Warnings: 1|1 Warning/);
    await get(`${url}/orders`);
    await hasProblems(/No Problems/);
  });

  await editor.step('Toggle Results in the Editor: off, and on again', async () => {
    await editor.run('Prefork: Toggle Results in the Editor');
    await waitFor('no line to have an end', async () => (await lineEnds(editor)).length === 0);
    const settings = join(editor.codeServer.data, 'User/settings.json');
    const setting = () => JSON.parse(readFileSync(settings, 'utf8'))['prefork.inlineResults'];
    await waitFor('the setting', () => setting() === false);
    await editor.run('Prefork: Toggle Results in the Editor');
    await waitFor('ends of lines', async () => (await lineEnds(editor)).length > 0, {
      seconds: 20,
    });
  });

  await editor.step('Stop Server takes them away', async () => {
    await editor.run('Prefork: Stop Server');
    await waitFor('no line to have an end', async () => (await lineEnds(editor)).length === 0);
  });
});
