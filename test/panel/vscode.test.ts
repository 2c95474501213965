import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { ServerInfo } from '../../server/stream/serverInfo.ts';
import type { HostMessage, PageMessage } from '../../webview/transport.ts';
import * as make from '../support/streamEvents.ts';
import { waitFor } from '../support/wait.ts';
import { setStage } from './harness.ts';
import { scene } from './scene.ts';

/** What VS Code gives to a webview: messages both ways, and a state that outlives the page. */
function actAsVsCode(): void {
  const posted: unknown[] = [];
  const kept = sessionStorage.getItem('vscode');
  Object.assign(window, {
    posted,
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => posted.push(message),
      getState: () => (kept === null ? undefined : JSON.parse(kept)),
      setState: (state: unknown) => sessionStorage.setItem('vscode', JSON.stringify(state)),
    }),
  });
}

const posted = (page: Page): Promise<PageMessage[]> => page.evaluate('window.posted');

const post = (page: Page, message: HostMessage): Promise<void> =>
  page.evaluate((data) => window.postMessage(data, '*'), message);

async function inVsCode(page: Page): Promise<void> {
  await page.addInitScript(actAsVsCode);
  await page.reload();
  await page.getByRole('main').waitFor();
}

test('in VS Code the page speaks in messages, and a file:line opens in the editor', async (t) => {
  const { page } = await setStage(t);
  await inVsCode(page);
  assert.deepEqual(await posted(page), [{ type: 'subscribe', after: 0 }]);
  await page.getByText('Prefork: Start Server').waitFor();

  await post(page, { type: 'status', connected: true, server: null });
  await post(page, { type: 'events', events: scene().map(make.sequencer()) });
  await page.getByRole('row', { name: '/pay' }).click();
  await page.getByRole('button', { name: 'orders/payment.py:17' }).click();
  const file = `${make.ROOT}/orders/payment.py`;
  assert.deepEqual((await posted(page)).at(-1), { type: 'open', file, line: 17 });
});

test('a command is answered through the host', async (t) => {
  const { page } = await setStage(t);
  await inVsCode(page);
  await page.getByRole('button', { name: 'Reload Workers' }).click();
  const message = await waitFor('the command', async () =>
    (await posted(page)).find((sent) => sent.type === 'command'),
  );
  assert.equal(message.command.command, 'reload');
  const answer = { type: 'answer', id: message.command.id, error: 'The server stops.' } as const;
  await post(page, { type: 'events', events: [answer] });
  await page.getByText('The server stops.').waitFor();
});

test('a server that stops is told from one that is lost; another one starts over', async (t) => {
  const { page } = await setStage(t);
  await inVsCode(page);
  const info = (pid: number): ServerInfo => ({
    pid,
    version: '0.1.0',
    python: 'python3',
    app: 'wsgi:application',
    addresses: [],
    panel: null,
    stream: null,
  });
  const status = (connected: boolean, server: ServerInfo | null): Promise<void> =>
    post(page, { type: 'status', connected, server });
  const alert = page.getByRole('alert');
  await status(true, info(1));
  await post(page, {
    type: 'events',
    events: [make.server(), make.ended(1)].map(make.sequencer()),
  });
  await page.getByRole('row', { name: '/orders/1' }).waitFor();

  await status(false, info(1));
  await alert.getByText('Reconnecting').waitFor();
  await status(false, null);
  await alert.getByText('The server has stopped').waitFor();
  await page.getByRole('row', { name: '/orders/1' }).waitFor();

  await status(true, info(2));
  const events = [make.server(), make.ended(2), make.ended(3)].map(make.sequencer());
  await post(page, { type: 'events', events });
  await page.getByRole('row', { name: '/orders/3' }).waitFor();
  assert.equal(await page.locator('.request-row').count(), 2);
  await page.getByText('0 lost').waitFor();
});

test('hidden and shown again, the page comes back as it was', async (t) => {
  const { page } = await setStage(t);
  await inVsCode(page);
  const events = scene().map(make.sequencer());
  await post(page, { type: 'events', events });
  await page.getByRole('combobox', { name: 'Filter' }).fill('has:error');
  await page.getByRole('row', { name: '/pay' }).click();
  await page.getByRole('heading', { name: 'POST /pay' }).waitFor();

  await page.reload();
  await waitFor('the subscription', async () => (await posted(page)).length === 1);
  assert.deepEqual(await posted(page), [{ type: 'subscribe', after: 0 }]);
  await post(page, { type: 'events', events });
  await page.getByRole('heading', { name: 'POST /pay' }).waitFor();
  assert.equal(await page.getByRole('combobox', { name: 'Filter' }).inputValue(), 'has:error');
});

test('the page brings no colours of its own into VS Code', async (t) => {
  const { page } = await setStage(t);
  const background = () =>
    page.evaluate(`getComputedStyle(document.documentElement)
      .getPropertyValue('--vscode-panel-background')`);
  assert.notEqual(await background(), '');
  await inVsCode(page);
  assert.equal(await background(), '');
});

test('the editor wants a request to be seen, perhaps before the page knows it, or a view', async (t) => {
  const { page } = await setStage(t);
  await inVsCode(page);
  await post(page, { type: 'status', connected: true, server: null });
  const request = make.requestId(77);
  await post(page, { type: 'show', wish: { request } });
  const tell = make.sequencer();
  await post(page, { type: 'events', events: [make.ended(1), make.ended(2)].map(tell) });
  await page.getByRole('row', { name: '/orders/2' }).waitFor();
  assert.equal(await page.getByRole('tab', { name: 'Summary' }).count(), 0);
  await post(page, { type: 'events', events: [tell(make.ended(77))] });
  await page.getByRole('tab', { name: 'Summary', selected: true }).waitFor();

  await post(page, { type: 'show', wish: { view: 'routes' } });
  await page.getByRole('tab', { name: 'Routes', selected: true }).waitFor();

  const before = make.requestId(1);
  await post(page, { type: 'show', wish: { request, before } });
  await page.getByRole('tab', { name: 'Compare', selected: true }).waitFor();
  const asked = (await posted(page)).flatMap((sent) =>
    sent.type === 'command' && sent.command.command === 'compare' ? [sent.command] : [],
  );
  assert.deepEqual(
    asked.map(({ after, before: other }) => [after, other]),
    [[request, before]],
  );
});
