/**
 * Every state of the page in four themes and two widths: pictures for a person to look at, in
 * test-results/panel/screens or $PREFORK_SCREENSHOTS; and of each what can be told without one.
 */

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { root } from '../support/paths.ts';
import * as make from '../support/streamEvents.ts';
import { recordEdited } from './edited.ts';
import { type Stage, setStage } from './harness.ts';
import { poorContrast, unnamed } from './looks.ts';
import { recordRich } from './rich.ts';
import { running } from './scene.ts';
import { recordServices } from './services.ts';

const FOLDER = process.env['PREFORK_SCREENSHOTS'] ?? join(root, 'test-results/panel/screens');

const THEMES: Record<string, BrowserContextOptions> = {
  dark: { colorScheme: 'dark' },
  light: { colorScheme: 'light' },
  'contrast-dark': { colorScheme: 'dark', contrast: 'more' },
  'contrast-light': { colorScheme: 'light', contrast: 'more' },
};

const SIZES = { wide: { width: 1400, height: 560 }, narrow: { width: 340, height: 860 } };

type Step = (stage: Stage, t: TestContext) => Promise<unknown>;

const tab =
  (name: string): Step =>
  async ({ page }) => {
    await page.locator('.details').getByRole('tab', { name }).click();
    await page.getByRole('tabpanel', { name }).waitFor();
  };

const key =
  (name: string): Step =>
  ({ page }) =>
    page.keyboard.press(name);

const row =
  (name: string): Step =>
  ({ page }) =>
    page.getByRole('row', { name }).click();

/** One after the other: each starts from where the one before it ended. */
const STATES: [name: string, ...steps: Step[]][] = [
  ['nothing-yet', ({ page }) => page.getByText('No request yet.').waitFor()],
  [
    'requests',
    async (stage, t) => {
      recordRich(stage);
      recordEdited(stage);
      await recordServices(t, stage);
      stage.record(running());
      await stage.page.getByRole('row', { name: '/report' }).waitFor();
    },
  ],
  ['summary', row('state=open'), ({ page }) => page.locator('.finding').first().waitFor()],
  ['timeline', tab('Timeline'), row('HTTPError')],
  ['sql', tab('SQL'), ({ page }) => page.locator('.statement-toggle').first().click()],
  [
    'explain',
    ({ page }) => page.getByRole('button', { name: 'Explain' }).first().click(),
    ({ page }) => page.getByRole('table', { name: 'Plan' }).waitFor(),
  ],
  ['templates', tab('Templates')],
  ['cache', tab('Cache')],
  ['http', tab('HTTP')],
  ['request', tab('Request')],
  [
    'profile-time',
    tab('Profile'),
    ({ page }) => page.getByRole('tree', { name: 'Flame graph' }).focus(),
    ...Array.from({ length: 8 }, () => key('ArrowDown')),
  ],
  ['profile-heavy', ({ page }) => page.getByRole('radio', { name: 'Left Heavy' }).click()],
  ['profile-search', ({ page }) => page.getByLabel('Search functions').fill('quote')],
  ['profile-files', ({ page }) => page.getByRole('radio', { name: 'By File' }).click()],
  [
    'compare',
    ({ page }) => page.getByRole('row', { name: '/basket' }).last().click(),
    ({ page }) => page.getByRole('heading', { name: '/basket' }).waitFor(),
    // The tabs move when the trace comes.
    ({ page }) => page.getByRole('tab', { name: 'Request', exact: true }).waitFor(),
    tab('Compare'),
    ({ page }) => page.locator('.diff').waitFor(),
  ],
  ['compare-marked', key('d'), key('k'), row('state=open'), tab('Summary')],
  [
    'row-menu',
    ({ page }) => page.getByRole('row', { name: 'state=open' }).click({ button: 'right' }),
  ],
  ['menu-gone', key('Escape'), key('Escape')],
  [
    'services',
    ({ page }) => page.getByRole('row', { name: 'rates=1' }).click(),
    ({ page }) => page.getByRole('heading', { name: 'rates=1' }).waitFor(),
    ({ page }) => page.getByRole('tab', { name: 'Request', exact: true }).waitFor(),
    tab('Timeline'),
    row('service rates.wsgi:app'),
    ({ page }) => page.getByRole('treegrid', { name: 'Spans' }).press('ArrowRight'),
  ],
  ['failed-summary', row('/checkout'), tab('Summary')],
  ['failed-exception', tab('Exception')],
  ['failed-logs', tab('Logs')],
  ['failed-request', tab('Request')],
  ['running', row('/report'), ({ page }) => page.getByText('Still running.').waitFor()],
  ['reload', row('gen 1 → 2'), ({ page }) => page.getByText('preloaded').first().waitFor()],
  ['keys', key('Escape'), key('?'), ({ page }) => page.getByRole('dialog').waitFor()],
  ['logs', key('Escape'), key('2'), row('charging order 9')],
  ['charts', key('Escape'), key('3')],
  [
    'hidden-by-filter',
    key('1'),
    ({ page }) => page.locator('.filter input').fill('status:418'),
    ({ page }) => page.getByRole('button', { name: 'Clear Filter' }).waitFor(),
  ],
  [
    'broken',
    ({ page }) => page.getByRole('button', { name: 'Clear Filter' }).click(),
    async ({ page, record }) => {
      record(
        make.exception('e3', { kind: 'import', generation: 3 }),
        make.reload(3, { phase: 'failed', exception: 'e3' }),
      );
      await page.getByRole('region', { name: 'Broken generation' }).waitFor();
    },
  ],
  [
    'lost',
    ({ page }) => page.getByRole('button', { name: 'Show Requests' }).click(),
    ({ closeHub }) => closeHub(),
    ({ page }) => page.getByRole('alert').first().waitFor(),
  ],
];

async function check(page: Page, state: string, least: number): Promise<void> {
  const [inner, outer] = (await page.evaluate(
    '[[document.documentElement.scrollWidth, document.documentElement.scrollHeight], [innerWidth, innerHeight]]',
  )) as [number[], number[]];
  assert.deepEqual(inner, outer, `${state}: nothing sticks out`);
  assert.deepEqual(await page.evaluate(unnamed), [], state);
  const poor = await page.evaluate(poorContrast, ['.details *', least] as [string, number]);
  assert.deepEqual(poor, [], `${state}: contrast`);
}

for (const [theme, options] of Object.entries(THEMES)) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`every state, ${theme}, ${size}`, async (t) => {
      const stage = await setStage(t, { ...options, viewport });
      const { page } = stage;
      mkdirSync(FOLDER, { recursive: true });
      stage.record(make.server(), make.reload(1), make.worker(1), make.worker(2));
      for (const [state, ...steps] of STATES) {
        for (const step of steps) await step(stage, t);
        await page.screenshot({ path: join(FOLDER, `${state}-${theme}-${size}.png`) });
        await check(page, state, theme.startsWith('contrast') ? 4.5 : 4);
      }
    });
  }
}
