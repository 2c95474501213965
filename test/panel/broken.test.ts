/** What the panel shows of an app that a save breaks: a real server, each of the ways there are. */

import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { launchChromium } from '../support/chromium.ts';
import { cleanUp } from '../support/cleanup.ts';
import { faultsOf } from '../support/faults.ts';
import { writeFiles } from '../support/folders.ts';
import { startServer } from '../support/server.ts';

const HEALTHY = { 'message.py': 'TEXT = "healthy"\n', 'gunicorn.conf.py': '# no hooks\n' };

test('the panel shows what is wrong, where and what to do, until it is healed', async (t) => {
  const { cwd, app } = await APPS.flask(t);
  writeFiles(cwd, HEALTHY);
  const server = await startServer(t, { app, cwd, args: ['--boot-timeout', '8'] });
  const browser = await launchChromium();
  cleanUp(t, () => browser.close());
  const page = await browser.newPage({ viewport: { width: 1100, height: 640 } });
  await page.goto(server.info.panel ?? '');
  await page.getByRole('button', { name: 'Reload Workers' }).waitFor();
  const failure = page.getByRole('region', { name: 'Broken generation' });

  for (const fault of faultsOf('flask')) {
    await t.test(fault.name, async () => {
      writeFiles(cwd, fault.files(cwd));
      await failure.getByRole('heading', { name: fault.says }).waitFor();
      await failure.getByRole('heading', { name: fault.type }).waitFor();
      await failure.getByRole('button', { name: fault.place }).first().waitFor();
      if (fault.hint) await failure.locator('.hint').filter({ hasText: fault.hint }).waitFor();
      writeFiles(cwd, HEALTHY);
      await failure.waitFor({ state: 'detached' });
    });
  }
});
