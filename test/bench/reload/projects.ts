/** What is edited and served, and which of its files: made in a folder of its own, the same at each run. */

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quietly } from '../../setup/quietly.ts';
import { makeTempFolder } from '../../support/folders.ts';
import { root } from '../../support/paths.ts';
import { bin } from '../serving/peers.ts';
import { LARGE_MODELS, LARGE_ROOT, LARGE_VIEWS, writeLargeProject } from './largeProject.ts';

/** `views`: imported last. `models`: imported early, and by others. */
export type Kind = 'views' | 'models';

/** Which file is saved, time after time. */
export const SERIES: Record<string, (save: number) => Kind> = {
  'views.py': () => 'views',
  'models.py': () => 'models',
  'in turn': (save) => (save % 2 === 0 ? 'views' : 'models'),
};

export interface Project {
  name: string;
  cwd: string;
  framework: 'flask' | 'django';
  /** The app hook. */
  app: string;
  /** Saves the next version of the file, and gives the test for answers that have it. */
  save(kind: Kind): Saved;
}

export interface Saved {
  file: string;
  /** When, on the clock of `performance.now()`. */
  at: number;
  isNew(body: string): boolean;
}

export const PROJECTS: Record<string, () => Promise<Project>> = {
  'Flask app': flask,
  'Django project': django,
  'large Django project': large,
};

const apps = join(root, 'test/bench/apps/edited');

async function flask(): Promise<Project> {
  const cwd = makeTempFolder();
  copySources(join(apps, 'flask'), cwd);
  return edited('Flask app', cwd, { views: 'views.py', models: 'models.py' });
}

/** As a user begins: startproject, the admin on, one app, SQLite migrated. */
async function django(): Promise<Project> {
  const cwd = await startProject(['library'], 'library');
  copySources(join(apps, 'django'), cwd);
  await python(cwd, 'manage.py', 'makemigrations', 'library', '-v', '0');
  await python(cwd, 'manage.py', 'migrate', '-v', '0');
  return edited('Django project', cwd, { views: 'library/views.py', models: 'library/models.py' });
}

async function large(): Promise<Project> {
  const folder = makeTempFolder();
  const names = writeLargeProject(folder);
  const cwd = await startProject(names, LARGE_ROOT, folder);
  return edited('large Django project', cwd, { views: LARGE_VIEWS, models: LARGE_MODELS });
}

/** With these apps, whose urls are included; those of `home` at the root. */
async function startProject(
  names: string[],
  home: string,
  cwd = makeTempFolder(),
): Promise<string> {
  await python(cwd, '-m', 'django', 'startproject', 'project', '.');
  const settings = join(cwd, 'project/settings.py');
  const installed = names.map((name) => `\n    "${name}",`).join('');
  const text = readFileSync(settings, 'utf8');
  writeFileSync(settings, text.replace('INSTALLED_APPS = [', `INSTALLED_APPS = [${installed}`));
  const included = names.map((name) => {
    const prefix = name === home ? '' : `${name.split('.').at(-1)}/`;
    return `    path("${prefix}", include("${name}.urls")),`;
  });
  writeFileSync(
    join(cwd, 'project/urls.py'),
    [
      'from django.contrib import admin',
      'from django.urls import include, path\n',
      `urlpatterns = [\n    path("admin/", admin.site.urls),\n${included.join('\n')}\n]\n`,
    ].join('\n'),
  );
  return cwd;
}

const python = (cwd: string, ...args: string[]): Promise<string> =>
  quietly(bin('python'), args, { cwd });

const copySources = (from: string, to: string): void =>
  cpSync(from, to, { recursive: true, filter: (path) => !path.includes('__pycache__') });

function edited(name: string, cwd: string, files: Record<Kind, string>): Project {
  const versions: Record<Kind, number> = { views: 1, models: 1 };
  const framework = name.includes('Flask') ? 'flask' : 'django';
  return {
    name,
    cwd,
    framework,
    app: framework === 'flask' ? 'wsgi:application' : 'project.wsgi:application',
    save(kind) {
      const file = join(cwd, files[kind]);
      const version = ++versions[kind];
      const text = readFileSync(file, 'utf8').replace(/^VERSION = .*$/m, versionLine(version));
      const at = performance.now();
      writeFileSync(file, text);
      return { file, at, isNew: (body) => body.includes(`${kind}=${version} `) };
    },
  };
}

/**
 * Of another length each time: most peers trust a .pyc by its size and whole second, and would serve
 * the old code for good. That they do is another matter than how quick they are.
 */
const versionLine = (version: number): string =>
  `VERSION = ${version}  # ${'.'.repeat(version % 60)}`;
