/** The editor's window as a page object: every selector of VS Code's own that the tests need. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type Browser,
  chromium,
  type FrameLocator,
  type Locator,
  type Page,
} from 'playwright-core';
import { cleanUp } from './cleanup.ts';
import { type CodeServer, type CodeServerOptions, startCodeServer } from './codeServer.ts';
import { results } from './paths.ts';
import { waitFor } from './wait.ts';

export interface Editor {
  readonly page: Page;
  readonly codeServer: CodeServer;
  /** The window has loaded, and knows the extension's commands. */
  ready(): Promise<void>;
  /** A subtest; what goes wrong in it leaves a picture. */
  step(name: string, act: () => Promise<void>): Promise<void>;
  /** Runs a command of the palette by its full label, `Prefork: Start Server`. */
  run(label: string): Promise<void>;
  /** The labels that the palette offers for what is typed. */
  offered(text: string): Promise<string[]>;
  /** Opens a file of the folder by its name, the cursor on a line. */
  open(name: string, line?: number): Promise<void>;
  /** Replaces the text of the open file and saves it. */
  replace(text: string): Promise<void>;
  /** The extension's own item. */
  readonly statusBar: Locator;
  readonly notifications: Locator;
  /** A view's rows by its title. */
  rows(view: string): Locator;
  /** The panel page. */
  readonly panel: FrameLocator;
  /** Into test-results/. */
  screenshot(name: string): Promise<void>;
}

const CHROMIUM = {
  executablePath: '/usr/bin/chromium',
  args: [
    ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ],
};

/** Opens `folder` in a fresh VS Code. */
export async function openEditor(
  test: TestContext,
  folder: string,
  settings: Record<string, unknown> = {},
  more: CodeServerOptions = {},
): Promise<Editor> {
  const codeServer = await startCodeServer(test, settings, more);
  const browser = await chromium.launch(CHROMIUM);
  cleanUp(test, () => browser.close());
  const page = await newPage(browser);
  const editor = editorOf(test, page, codeServer);
  await page.goto(`${codeServer.url}/?folder=${encodeURIComponent(folder)}`);
  await (more.restricted ? inRestrictedMode(page) : editor.ready());
  return editor;
}

/** Nothing of an extension that needs trust is there to wait for. */
const inRestrictedMode = (page: Page): Promise<void> =>
  page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor({ timeout: 60_000 });

async function newPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
  return page;
}

function editorOf(test: TestContext, page: Page, codeServer: CodeServer): Editor {
  const rowsOf = (view: string) =>
    page.locator('.pane', { has: page.getByRole('button', { name: view }) }).getByRole('treeitem');
  return {
    page,
    codeServer,
    // Its icon is among the last things to appear.
    ready: () =>
      page
        .locator('.activitybar')
        .getByRole('tab', { name: 'Prefork' })
        .waitFor({ timeout: 60_000 }),
    step: (name, act) =>
      test.test(name, () =>
        act().catch(async (error: unknown) => {
          await screenshot(page, `failed ${name}`);
          throw error;
        }),
      ),
    run: (label) => runCommand(page, label),
    offered: (text) => offeredCommands(page, text),
    open: (name, line) => openFile(page, line ? `${name}:${line}` : name),
    replace: (text) => replaceText(page, text),
    statusBar: page.locator('.statusbar-item[id$="prefork.status"]'),
    notifications: page.locator('.notification-toast'),
    rows: rowsOf,
    panel: page.frameLocator('iframe.webview.ready').frameLocator('#active-frame'),
    screenshot: (name) => screenshot(page, name),
  };
}

async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(results, { recursive: true });
  await page.screenshot({ path: join(results, `${name.replace(/\W+/g, '-')}.png`) });
}

/** The palette may lose the focus while the window is busy: opened again until it takes the text. */
async function palette(page: Page, text: string): Promise<Locator> {
  const input = page.locator('.quick-input-widget input');
  await waitFor('the quick input', async () => {
    // Not otherwise: in the panel's page Escape closes the details.
    if (await input.isVisible()) await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    await input.waitFor({ timeout: 2000 });
    await input.fill(text);
    return (await input.inputValue()) === text;
  });
  const rows = page.locator('.quick-input-list .monaco-list-row');
  await rows.first().waitFor();
  return rows;
}

/** Asked for again until it is there: an extension's commands come some time after the window. */
async function runCommand(page: Page, label: string): Promise<void> {
  const row = await waitFor(
    `the command ${label}`,
    async () => {
      const rows = await palette(page, `>${label}`);
      const found = rows.filter({ has: page.getByText(label, { exact: true }) }).first();
      return (await found.isVisible()) && found;
    },
    { seconds: 30 },
  );
  await row.click();
}

async function offeredCommands(page: Page, text: string): Promise<string[]> {
  const rows = await palette(page, `>${text}`);
  const labels = await rows.locator('.label-name').allTextContents();
  await page.keyboard.press('Escape');
  return labels;
}

async function openFile(page: Page, name: string): Promise<void> {
  const rows = await palette(page, name);
  await rows
    .filter({ hasText: name.split(':')[0] ?? name })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
}

async function replaceText(page: Page, text: string): Promise<void> {
  await page.locator('.editor-instance .view-lines').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  // Inserted, not typed: no completion and no closing bracket of the editor's.
  await page.keyboard.insertText(text);
  await page.keyboard.press('ControlOrMeta+S');
}
