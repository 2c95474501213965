/**
 * What an app, its clients, its database or its caches may hold: script, escape sequences, lines of a
 * megabyte, broken UTF-8, marks that turn the direction of writing. All of it is shown as text.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Profile } from '../../server/stream/profile.ts';
import type { Frame } from '../../server/stream/protocol.ts';
import type { Span } from '../../server/stream/trace.ts';
import * as make from '../support/streamEvents.ts';
import { span, totalsOf, trace } from '../support/traceSamples.ts';
import { type Stage, setStage } from './harness.ts';

const SCRIPT =
  '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script><style>*{display:none}</style>';
/** Escape sequences, NUL, a lone surrogate of each kind, overrides of direction, a line separator. */
const BROKEN = 'a\u001b[31mb\u0000c\ud800d\udc00e\u202egnp.exe\u2066f\u2028g\u0085h\u007f';
const HOSTILE = `${SCRIPT}"'\`\${7*7}${BROKEN}`;
const LONG = `${'x'.repeat(1_000_000)}${SCRIPT}`;

/** Nothing of this may reach the screen as it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

const site = {
  'code.file.path': `${make.ROOT}/${HOSTILE}`,
  'code.line.number': 1,
  'code.function.name': HOSTILE,
};

function hostileSpans(): Span[] {
  const at = (number: number): [number, number] => [number * 1000, 900];
  const all = { site, parameters: HOSTILE, 'error.type': HOSTILE, template: site };
  return [
    span('view', HOSTILE, [0, 11_000], { site }),
    span('sql', `SELECT '${HOSTILE}' FROM "${HOSTILE}" -- ${HOSTILE}`, at(1), all),
    span('sql', `SELECT '${LONG}`, at(2), all),
    span('sql', `${'('.repeat(20_000)}'`, at(3), all),
    span('template', HOSTILE, at(4), all),
    span('cache', `get ${HOSTILE}`, at(5), { ...all, 'db.namespace': HOSTILE, hits: 0 }),
    span('http', `http://${HOSTILE}`, at(6), {
      ...all,
      'http.request.method': HOSTILE,
      span_id: HOSTILE,
    }),
    span('middleware', HOSTILE, at(7), all),
  ];
}

const body = (content_type: string, text: string) => ({ size: 9, content_type, text, cut: 1e9 });

const hostileProfile = (): Profile => ({
  rate: 100,
  start: 1000,
  frames: [
    { ...site, own: true },
    { ...site, 'code.function.name': LONG, own: false },
  ],
  stacks: [[0, 1, 0], [0], [7, -1]],
  samples: [
    [0, 4000, 'running'],
    [1, 4000, 'waiting'],
    [2, 1000, 'native'],
    [9, 1000, 'running'],
  ],
});

const hostileTrace = () =>
  trace(hostileSpans(), {
    profile: hostileProfile(),
    findings: [{ kind: 'n+1', text: HOSTILE, site, template: site, count: 5, wasted: 1000 }],
    request_headers: [[HOSTILE, HOSTILE]],
    response_headers: [['Location', `javascript:${HOSTILE}`]],
    request_body: { ...body('application/json', JSON.stringify({ [HOSTILE]: LONG })), cut: 0 },
    response_body: body(`text/html${HOSTILE}`, `${HOSTILE}${LONG}`),
  });

const frame = (own: boolean): Frame => ({
  ...site,
  source: HOSTILE,
  own,
  columns: [1, 5],
  locals: [{ name: HOSTILE, value: HOSTILE, flag: 'cut' }],
});

const raised = { 'exception.type': HOSTILE, 'exception.message': HOSTILE, notes: [HOSTILE] };

function recordHostile({ record, recordTraced }: Stage): void {
  const request = make.requestId(1);
  record(
    make.server({ app: HOSTILE }),
    make.log(HOSTILE, { request, logger: HOSTILE, severity_number: 17, ...site }),
    make.log(LONG, { request }),
    make.exception('e1', {
      ...raised,
      request,
      'exception.stacktrace': `${HOSTILE}\n${LONG}`,
      frames: [frame(false), frame(true)],
      related: [{ ...raised, relation: 'cause', frames: [frame(true)] }],
      template: site,
      hint: { text: HOSTILE, command: HOSTILE },
    }),
  );
  const all = hostileTrace();
  const other = trace(hostileSpans().slice(1, 2), {
    request_headers: [[HOSTILE, 'other']],
    response_headers: [['Location', HOSTILE]],
    response_body: body('text/plain', `other\n${HOSTILE}`),
  });
  const route = { 'http.request.method': HOSTILE, 'http.route': HOSTILE };
  recordTraced(make.ended(2, { ...route, generation: 1 }), other);
  recordTraced(
    make.ended(1, {
      generation: 2,
      profiled: true,
      'url.path': `/first${HOSTILE}`,
      'url.query': `${HOSTILE}&${LONG}`,
      'http.request.method': HOSTILE,
      'http.route': HOSTILE,
      view: HOSTILE,
      'client.address': HOSTILE,
      trace_id: HOSTILE,
      totals: totalsOf(all),
      findings: ['n+1'],
      logs: 2,
      exceptions: 1,
    }),
    all,
  );
  record(make.reload(2, { files: [`${make.ROOT}/${HOSTILE}`] }));
}

function countViolations(): void {
  const violations: string[] = [];
  Object.assign(window, { violations });
  document.addEventListener('securitypolicyviolation', (event) =>
    violations.push(`${event.violatedDirective}: ${event.sample}`),
  );
}

/** After two frames: everything that was to be drawn is. */
async function assertHarmless(page: Page, where: string): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  assert.equal(await page.evaluate('window.hacked'), undefined, where);
  assert.deepEqual(await page.evaluate('window.violations'), [], where);
  const made = page.locator('prefork-app :is(img, script, style, iframe, object, [onerror])');
  assert.equal(await made.count(), 0, where);
  const [inner, outer] = (await page.evaluate(
    '[document.documentElement.scrollWidth, innerWidth]',
  )) as [number, number];
  assert.equal(inner, outer, `${where}: nothing sticks out`);
  const seen = String(await page.evaluate('document.body.innerText'));
  const at = seen.search(UNSEEN);
  assert.equal(at, -1, `${where}: ${JSON.stringify(seen.slice(Math.max(0, at - 200), at + 20))}`);
  assert.ok(await page.getByRole('button', { name: 'Keys (?)' }).isVisible(), where);
}

async function openLayouts(page: Page): Promise<void> {
  const graph = page.getByRole('tree', { name: 'Flame graph' });
  await page.getByLabel('Search functions').fill('onerror');
  await graph.press('ArrowDown');
  await graph.hover({ position: { x: 200, y: 8 } });
  await page.locator('.f-tip').waitFor();
  await assertHarmless(page, 'flame graph');
  await page.getByRole('radio', { name: 'By File' }).click();
}

async function openEachTab(page: Page): Promise<void> {
  const tabs = page.getByRole('region', { name: 'Details' }).getByRole('tab');
  await tabs.nth(10).waitFor();
  for (let number = 0; number < 11; number += 1) {
    const tab = tabs.nth(number);
    const name = (await tab.innerText()).trim();
    await tab.click();
    await page
      .locator(`[role="tabpanel"][aria-labelledby="${await tab.getAttribute('id')}"]`)
      .waitFor();
    if (name.startsWith('SQL')) {
      for (const button of await page.locator('.statement-toggle').all()) await button.click();
    }
    if (name === 'Timeline') await page.locator('.t-row').nth(2).click();
    if (name === 'Profile') await openLayouts(page);
    if (name === 'Compare') await page.locator('.diff').waitFor();
    await assertHarmless(page, name);
  }
}

for (const [name, width] of [
  ['narrow', 340],
  ['wide', 1200],
] as const) {
  test(`hostile content is text in every view of a ${name} page`, async (t) => {
    const stage = await setStage(t, { viewport: { width, height: 800 } });
    const { page } = stage;
    await page.addInitScript(countViolations);
    await page.reload();
    recordHostile(stage);
    await page.getByRole('row', { name: '/first' }).click();
    await page.getByRole('row', { name: '/first' }).getByText('onerror').first().waitFor();
    await assertHarmless(page, 'requests');
    await openEachTab(page);
    await stage.screenshot(`hostile-${name}`);
    await page.getByRole('row', { name: 'gen 2' }).click();
    await assertHarmless(page, 'reload');
    await page.getByRole('tab', { name: /^Logs/ }).first().click();
    for (const line of ['onerror', 'xxxxx']) {
      await page.getByRole('row', { name: line }).first().click();
      await page.getByRole('region', { name: 'Details' }).waitFor();
      await assertHarmless(page, 'logs');
    }
    stage.record(
      make.exception('e2', { ...raised, kind: 'import', frames: [frame(true)] }),
      make.reload(3, { phase: 'failed', exception: 'e2' }),
    );
    await page.getByRole('tab', { name: /^Requests/ }).click();
    await page.getByRole('region', { name: 'Broken generation' }).waitFor();
    await assertHarmless(page, 'failure');
  });
}
