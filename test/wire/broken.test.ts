/** Ten ways to break an app, on three frameworks: told where it is, to whoever asks, and healed by a save. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createProblems } from '../../extension/problems.ts';
import type { ExceptionEvent, KeptEvent, ReloadEvent } from '../../server/stream/protocol.ts';
import { APPS } from '../support/apps.ts';
import { type Fault, FRAMEWORKS, type Framework, faultsOf } from '../support/faults.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import type { StreamClient } from '../support/stream.ts';
import { waitFor } from '../support/wait.ts';

const BROWSER = { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

interface Stand {
  server: RunningServer;
  stream: StreamClient;
  cwd: string;
}

/** Long enough for a cold Django on a busy machine. */
const LIMIT = ['--boot-timeout', '8'];

async function serve(t: TestContext, framework: Framework): Promise<Stand> {
  const { app, cwd } = await APPS[framework](t);
  writeFiles(cwd, { 'gunicorn.conf.py': '# no hooks\n' });
  const server = await startServer(t, { app, cwd, args: LIMIT });
  return { server, stream: await server.stream(), cwd };
}

/** Saves the fault; the answer puts back what there was. */
function breakApp({ cwd }: Stand, fault: Fault): () => void {
  const files = fault.files(cwd);
  const before = Object.keys(files).map((name) => {
    const path = join(cwd, name);
    return { name, text: existsSync(path) ? readFileSync(path, 'utf8') : null };
  });
  writeFiles(cwd, files);
  return () => {
    for (const { name, text } of before) {
      if (text === null) rmSync(join(cwd, name));
      else writeFiles(cwd, { [name]: text });
    }
  };
}

const newest = (stream: StreamClient): number =>
  Math.max(0, ...stream.events.map((event) => (event.type === 'reload' ? event.generation : 0)));

/** The exception that the newest code came to: while it was imported, or in a request. */
async function told({ server, stream }: Stand, fault: Fault, after: number) {
  const isNew = ({ generation = 0 }: ExceptionEvent | ReloadEvent) => generation > after;
  if (!fault.inRequest) {
    const failed = await stream.event('reload', (e) => e.phase === 'failed' && isNew(e), 30);
    return stream.event('exception', (e) => e.exception === failed.exception);
  }
  await stream.event('reload', (e) => e.phase === 'ready' && isNew(e), 30);
  await send(server.url, BROWSER);
  return stream.event('exception', isNew);
}

function problemsNow({ stream }: Stand) {
  const problems = createProblems();
  for (const event of stream.events) problems.hear(event as KeptEvent);
  return problems.all;
}

async function assertPanel(stand: Stand, fault: Fault, exception: ExceptionEvent): Promise<void> {
  assert.equal(exception['exception.type'], fault.type);
  assert.match(exception['exception.message'], fault.says);
  const { 'code.file.path': file = '', 'code.line.number': line } = exception.location ?? {};
  assert.equal(`${file}:${line}`, join(stand.cwd, fault.place));
  const { text = '', command = '' } = exception.hint ?? {};
  if (fault.hint) assert.match(`${text}\n${command}`, fault.hint);
}

async function assertBrowser(stand: Stand, fault: Fault): Promise<void> {
  const { status, body, headers } = await send(stand.server.url, BROWSER);
  assert.equal(status, 500);
  assert.match(String(headers['content-type']), /^text\/html/);
  const text = body.replace(/<[^>]+>/g, '').replace(/&#x27;|&#39;/g, "'");
  assert.match(text, new RegExp(fault.type.split('.').at(-1) ?? ''));
  assert.match(text, fault.says);
  const [file = '', line] = fault.place.split(':');
  const place = new RegExp(`${file.replace('.', '\\.')}(:|[^\n]*, line )${line}\\b`);
  assert.match(text, place, 'file and line');
}

async function assertEditor(stand: Stand, fault: Fault): Promise<void> {
  await waitFor('a Problem', () => problemsNow(stand).length > 0);
  const [problem] = problemsNow(stand);
  assert.equal(`${problem?.file}:${problem?.line}`, join(stand.cwd, fault.place));
  assert.match(problem?.message ?? '', fault.says);
  assert.equal(problem?.fatal, !fault.inRequest);
}

test('an import that hangs at the start is healed by a save, before its deadline', async (t) => {
  const { app, cwd } = await APPS.bare(t);
  const begun = join(cwd, 'begun');
  writeFiles(cwd, { 'message.py': `open(${JSON.stringify(begun)}, "w")\nwhile True: pass\n` });
  const starting = startServer(t, { app, cwd, args: ['--boot-timeout', '600'] });
  await waitFor('the import to hang', () => existsSync(begun));
  writeFiles(cwd, { 'message.py': 'TEXT = "version 2"\n' });
  const { url } = await starting;
  assert.match((await send(url)).body, /^version 2/);
});

test('a file outside of the folder that only a cause names heals it, too', async (t) => {
  const { app, cwd } = await APPS.bare(t);
  const elsewhere = tempFolder(t);
  writeFiles(elsewhere, { 'helper.py': 'TEXT = (\n' });
  writeFiles(cwd, { 'message.py': WRAPPED });
  const server = await startServer(t, { app, cwd, args: ['--pythonpath', elsewhere] });
  const { body } = await send(server.url, BROWSER);
  assert.match(body, /RuntimeError[\s\S]*It came from <b>SyntaxError<\/b>[\s\S]*helper\.py:1/);
  writeFiles(elsewhere, { 'helper.py': 'TEXT = "version 2"\n' });
  await waitFor('the app to be healed', async () =>
    (await send(server.url)).body.startsWith('version 2'),
  );
});

const WRAPPED = `try:
    from helper import TEXT
except SyntaxError as error:
    raise RuntimeError("no helper") from error
`;

test('a request that crashes its worker is told with its stack, and others answer', async (t) => {
  const { app, cwd } = await APPS.bare(t);
  writeFiles(cwd, {
    'message.py':
      'import ctypes\nclass Text:\n    def __str__(self): ctypes.string_at(0)\nTEXT = Text()\n',
  });
  const server = await startServer(t, { app, cwd });
  await assert.rejects(send(server.url));
  await waitFor('the stack in the log', () =>
    /was ended by a segmentation fault \(SIGSEGV\)[\s\S]*message\.py", line 3/.test(server.stderr),
  );
  writeFiles(cwd, { 'message.py': 'TEXT = "version 2"\n' });
  await waitFor('another answer', async () =>
    (await send(server.url)).body.startsWith('version 2'),
  );
});

for (const framework of FRAMEWORKS) {
  test(framework, async (t) => {
    const stand = await serve(t, framework);
    for (const fault of faultsOf(framework)) {
      await t.test(`${framework}: ${fault.name}`, async () => {
        const before = newest(stand.stream);
        const heal = breakApp(stand, fault);
        const exception = await told(stand, fault, before);
        await assertPanel(stand, fault, exception);
        await assertBrowser(stand, fault);
        await assertEditor(stand, fault);

        heal();
        await waitFor('the app to be healed', async () => {
          const { status, body } = await send(stand.server.url);
          return status === 200 && body.includes('version 1');
        });
        await waitFor('no Problem to be left', () => problemsNow(stand).length === 0);
      });
    }
    assert.equal(faultsOf(framework).length, 10);
  });
}
