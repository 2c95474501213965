import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as make from '../support/streamEvents.ts';
import { waitFor } from '../support/wait.ts';
import { setStage } from './harness.ts';
import { scene } from './scene.ts';

test('with no request yet, the page says what is served and where', async (t) => {
  const { page, record, screenshot } = await setStage(t, { colorScheme: 'dark' });
  record(make.server(), make.reload(1), make.worker(1), make.worker(2));
  await page.getByText('No request yet.').waitFor();
  const text = await page.getByRole('main').innerText();
  assert.match(text, /Serving wsgi:application/);
  assert.equal(await page.title(), 'wsgi:application · Prefork');
  assert.match(text, /2 workers × 4 threads · generation 1 · Python 3\.12\.4/);
  await screenshot('empty-dark');

  const opened = page.context().waitForEvent('page');
  await page.getByRole('button', { name: 'http://127.0.0.1:8000' }).click();
  await opened;
});

const brokenGeneration = (): make.Unkept[] => [
  make.exception('e3', {
    kind: 'import',
    generation: 3,
    'exception.type': 'SyntaxError',
    'exception.message': "'(' was never closed (views.py, line 12)",
    'exception.stacktrace': '  File "views.py", line 12\n    return render(\n                 ^',
    frames: [],
    location: { 'code.file.path': `${make.ROOT}/orders/views.py`, 'code.line.number': 12 },
    hint: { text: 'Close the bracket.', command: 'python -m brackets close' },
  }),
  make.reload(3, { phase: 'failed', exception: 'e3' }),
  make.worker(1, { generation: 3, state: 'broken' }),
  make.worker(2, { generation: 3, state: 'broken' }),
];

test('a generation that cannot be imported is what is shown, until it is put aside or healed', async (t) => {
  const { page, record, screenshot } = await setStage(t, { colorScheme: 'dark' });
  record(...scene());
  await page.getByRole('row', { name: '/pay' }).waitFor();
  record(...brokenGeneration());
  const failure = page.getByRole('region', { name: 'Broken generation' });
  await failure.waitFor();
  assert.match(await failure.innerText(), /SyntaxError: '\(' was never closed/);
  assert.equal(await failure.getByText('return render(').isVisible(), true);
  await failure.getByRole('button', { name: 'orders/views.py:12' }).waitFor();
  await failure.getByText('Close the bracket.').waitFor();
  await failure.getByRole('button', { name: 'Copy Command' }).click();
  const copied = await page.evaluate('navigator.clipboard.readText()');
  assert.equal(copied, 'python -m brackets close');
  await page.getByRole('button', { name: '1 broken' }).waitFor();
  await screenshot('failure-dark');

  await page.getByRole('button', { name: 'Show Requests' }).click();
  const row = page.getByRole('row', { name: 'gen 2 → 3' });
  assert.match(await row.innerText(), /failed/);

  record(make.reload(4, { phase: 'failed', exception: 'e3' }));
  await failure.waitFor();
  record(make.reload(5), make.worker(1, { generation: 5 }), make.worker(2, { generation: 5 }));
  await page.getByRole('row', { name: 'gen 4 → 5' }).waitFor();
});

test('when the server goes, what was seen stays and the page says so', async (t) => {
  const { page, record, closeHub, screenshot } = await setStage(t);
  record(...scene());
  await page.getByRole('row', { name: '/pay' }).waitFor();
  await closeHub();
  await page.getByRole('alert').getByText('Connection to the server lost').waitFor();
  await page.getByRole('row', { name: '/pay' }).waitFor();
  await page.getByRole('button', { name: 'Reload Workers' }).click();
  await page.getByText('The server is not connected.').waitFor();
  await screenshot('lost');
});

test('a connection that breaks is made again, and nothing is missed or shown twice', async (t) => {
  const { page, record } = await setStage(t);
  let cut: () => Promise<void> = async () => {};
  const asked: string[] = [];
  await page.routeWebSocket(/stream/, (socket) => {
    asked.push(socket.url());
    socket.connectToServer();
    cut = () => socket.close();
  });
  await page.reload();
  record(make.server(), make.ended(1));
  await page.getByRole('row', { name: '/orders/1' }).waitFor();
  await cut();
  await page.getByRole('alert').waitFor();
  record(make.ended(2));
  await page.getByRole('row', { name: '/orders/2' }).waitFor();
  await page.getByRole('alert').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.request-row').count(), 2);
  assert.match(asked.at(-1) ?? '', /after=2$/);
  await page.getByText('0 lost').waitFor();
});

test('what a worker had to leave out is counted', async (t) => {
  const { page, record } = await setStage(t);
  const { worker, generation, 'process.pid': pid } = make.worker(1);
  const who = { worker, generation, 'process.pid': pid };
  record(make.server(), make.ended(1));
  record({ type: 'dropped', ...who, requests: 2, logs: 10, exceptions: 0 });
  await page.getByText('12 dropped').waitFor();
});

test('under load it is said what is told, and how much is not', async (t) => {
  const { page, record, screenshot } = await setStage(t, { colorScheme: 'dark' });
  const { worker, generation, 'process.pid': pid } = make.worker(1);
  const who = { worker, generation, 'process.pid': pid };
  const capture = { type: 'capture', ...who, libraries: { django: '5.2' } } as const;
  const hooks = { django: 'on', sqlite3: 'on', redis: 'AttributeError: execute_command' };
  record(make.server(), make.worker(1), make.ended(1, { own: 72, duration: 12_000 }));
  record({ ...capture, hooks, mode: 'summary' });
  record(make.metrics(1, { requests: 1200, full: 24, summary: 100 }));
  await page.getByText('Load: 1,200 requests/s. About 1 in 50 is told in full').waitFor();
  const footer = page.getByRole('contentinfo');
  await footer.getByText('1,076 not told under load').waitFor();
  await footer.getByText('tracing cost 0.6 %').waitFor();
  await footer.getByText('Python 3.12.4, Django 5.2').waitFor();
  await footer.getByText('2 hooks on').waitFor();
  await footer.getByRole('button', { name: 'redis off' }).click();
  await page.getByText('The hook of redis is off: AttributeError: execute_command').waitFor();
  await screenshot('load-dark');
  record({ ...capture, hooks, mode: 'full' });
  await page.getByText('Load:').waitFor({ state: 'detached' });
});

test('a worker that died is told of, with its signal and its request', async (t) => {
  const { page, record } = await setStage(t);
  record(make.server(), make.reload(1), make.worker(1), make.ended(2), make.started(1));
  await page.getByRole('row', { name: '/orders/1' }).waitFor();
  record(make.worker(1, { state: 'exited', exit: { code: null, signal: 'SIGSEGV' } }));
  record(make.worker(1, { 'process.pid': 4999 }));
  const alert = page.getByRole('alert');
  await alert.getByText('Worker 1 (pid 4011) was ended by SIGSEGV while it answered').waitFor();
  await alert.getByRole('button', { name: 'GET /orders/1' }).click();
  await page.getByRole('heading', { name: 'GET /orders/1' }).waitFor();
  await alert.getByRole('button', { name: 'Dismiss' }).click();
  await alert.waitFor({ state: 'detached' });
});

test('filter, cursor and view are kept when the tab is loaded again', async (t) => {
  const { page, record } = await setStage(t);
  record(...scene());
  await page.getByRole('combobox', { name: 'Filter' }).fill('has:error');
  await page.getByRole('row', { name: '/pay' }).click();
  await page.getByRole('heading', { name: 'POST /pay' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'POST /pay' }).waitFor();
  assert.equal(await page.getByRole('combobox', { name: 'Filter' }).inputValue(), 'has:error');
});

test('the page fits a narrow side bar', async (t) => {
  const { page, record, screenshot } = await setStage(t, { viewport: { width: 300, height: 640 } });
  record(...scene());
  await page.getByRole('row', { name: '/pay' }).click();
  await page.getByRole('heading', { name: 'POST /pay' }).waitFor();
  const width = await page.evaluate('document.documentElement.scrollWidth');
  assert.equal(width, 300, 'nothing sticks out');
  await waitFor('the details below', async () => {
    const details = await page.getByRole('region', { name: 'Details' }).boundingBox();
    return details?.width === 300;
  });
  await screenshot('narrow-light');
});
