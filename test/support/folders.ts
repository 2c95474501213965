/** Temporary folders that go when the test ends. */

import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { cleanUp } from './cleanup.ts';
import { fixtureApps } from './paths.ts';

/** The path is short (Unix socket names are limited to 103 bytes) and real (no symlinks). */
export function makeTempFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'pf-')));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

export function tempFolder(test: TestContext): string {
  const folder = makeTempFolder();
  cleanUp(test, () => removeFolder(folder));
  return folder;
}

/** A copy of one of test/apps that the test may edit. */
export function copyOfApp(test: TestContext, name: string): string {
  const folder = tempFolder(test);
  cpSync(join(fixtureApps, name), folder, {
    recursive: true,
    filter: (path) => !path.includes('__pycache__'),
  });
  return folder;
}

/** Writes `{ 'relative/path': text }` under `folder`. */
export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
