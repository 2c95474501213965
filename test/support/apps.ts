/** The fixture apps, each in a folder of its own that the test may edit. All have the same pages. */

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { quietly } from '../setup/quietly.ts';
import { copyOfApp, tempFolder } from './folders.ts';
import { fixtureApps, venvPython } from './paths.ts';

export interface FixtureApp {
  /** Where it is served from. */
  cwd: string;
  /** The app hook. */
  app: string;
}

type MakeApp = (test: TestContext) => Promise<FixtureApp>;

const copied =
  (name: string): MakeApp =>
  async (test) => ({ cwd: copyOfApp(test, name), app: 'wsgi:application' });

export const APPS: Record<'bare' | 'flask' | 'django' | 'bottle', MakeApp> = {
  bare: copied('bare'),
  flask: copied('flask'),
  bottle: copied('bottle'),
  django: startProject,
};

/** As a user does: startproject, the admin on, SQLite migrated. */
async function startProject(test: TestContext): Promise<FixtureApp> {
  const cwd = tempFolder(test);
  const python = (...args: string[]) => quietly(venvPython, args, { cwd });
  await python('-m', 'django', 'startproject', 'project', '.');
  for (const name of ['message.py', 'views.py']) {
    cpSync(join(fixtureApps, 'django', name), join(cwd, name));
  }
  cpSync(join(fixtureApps, 'django/urls.py'), join(cwd, 'project/urls.py'));
  await python('manage.py', 'migrate', '--verbosity', '0');
  return { cwd, app: 'project.wsgi:application' };
}
