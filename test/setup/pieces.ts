/** What the tests need besides the repository; each piece is made once and kept. */

import { join } from 'node:path';
import { findChromium } from '../support/chromium.ts';
import { debianPackages } from './debian.ts';
import { quietly } from './quietly.ts';
import { stamped } from './stamp.ts';

export type Piece = 'python' | 'projects' | 'databases' | 'chromium' | 'code-server';

/** Current ones of what the tests serve and use. */
const PYTHON_PACKAGES = [
  ...['flask', 'django', 'bottle', 'debugpy', 'gunicorn', 'h11', 'ruff', 'mypy'],
  ...['sqlalchemy', 'psycopg2-binary', 'psycopg[binary]', 'pymysql', 'mysqlclient'],
  ...['httpx', 'redis', 'requests'],
  ...['httpie', 'opentelemetry-proto', 'pytest'],
];

/** What odd projects need; setuptools makes editable installs without asking an index. */
const PROJECT_PACKAGES = ['bottle', 'gevent', 'gunicorn', 'numpy', 'setuptools', 'wheel'];

/** The Node that it needs, and VS Code 1.139.1. */
const EDITOR_PACKAGES = ['node@24', 'code-server@4.139.1'];

/** @throws Error that says what is missing. */
export const pieces: Record<Piece, () => Promise<void>> = {
  async python() {
    await debianPackages(['gcc', 'libmariadb-dev', 'pkg-config', 'python3-dev']); // mysqlclient
    await environment('venv', PYTHON_PACKAGES);
  },

  projects: () => environment('projects-venv', PROJECT_PACKAGES),

  databases: () =>
    debianPackages(['mariadb-client-core', 'mariadb-server-core', 'postgresql', 'redis-server']),

  async chromium() {
    await debianPackages(['chromium']);
    findChromium();
  },

  async 'code-server'() {
    await debianPackages(['build-essential', 'libkrb5-dev', 'libsecret-1-dev', 'pkg-config']);
    await stamped({
      folder: 'code-server',
      wanted: EDITOR_PACKAGES.join('\n'),
      probe: (folder) =>
        quietly(join(folder, 'node_modules/.bin/code-server'), ['--version'], nodeOf(folder)),
      async make(folder) {
        // Its install script compiles for the Node it runs on, and root has to allow that.
        const env = { ...nodeOf(folder).env, npm_config_unsafe_perm: 'true' };
        for (const name of EDITOR_PACKAGES) {
          await quietly('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, name], {
            cwd: folder,
            env,
          });
        }
      },
    });
  },
};

/** A Python environment that can import all of the packages. */
async function environment(folder: string, packages: readonly string[]): Promise<void> {
  await debianPackages(['python3-venv']);
  await stamped({
    folder,
    wanted: packages.join('\n'),
    probe: (venv) => quietly(join(venv, 'bin/python'), ['-c', `import ${modulesOf(packages)}`]),
    async make(venv) {
      await quietly('python3', ['-m', 'venv', venv]);
      await quietly(join(venv, 'bin/python'), ['-m', 'pip', 'install', '-q', ...packages]);
    },
  });
}

/** Packages go by the names of their modules, but for these. */
const MODULES: Record<string, string> = {
  mysqlclient: 'MySQLdb',
  'opentelemetry-proto': 'opentelemetry.proto',
  'psycopg[binary]': 'psycopg',
  'psycopg2-binary': 'psycopg2',
};

const modulesOf = (packages: readonly string[]): string =>
  packages.map((name) => MODULES[name] ?? name).join();

const nodeOf = (folder: string) => ({
  env: { PATH: `${join(folder, 'node_modules/.bin')}:${process.env['PATH']}` },
});

/** What each piece that could not be made is missing; empty when all is well. */
export async function setUp(wanted: Iterable<Piece>): Promise<Map<Piece, string>> {
  const missing = new Map<Piece, string>();
  for (const piece of new Set(wanted)) {
    try {
      await pieces[piece]();
    } catch (error) {
      missing.set(piece, error instanceof Error ? error.message : String(error));
      console.error(`Could not set up ${piece}: ${missing.get(piece)}`);
    }
  }
  return missing;
}
