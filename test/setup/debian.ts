/** Debian packages: installed when we are root and they are missing, asked for otherwise. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { quietly } from './quietly.ts';

/** @throws Error that names the missing packages and the command that installs them. */
export async function debianPackages(names: readonly string[]): Promise<void> {
  if (!existsSync('/usr/bin/dpkg-query')) return; // not Debian: what needs them will say so
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new Error(`missing: sudo apt-get install ${missing.join(' ')}`);
  }
  console.log(`Installing Debian packages: ${missing.join(', ')} …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await quietly('apt-get', ['update', '-q'], { env });
  await quietly('apt-get', ['install', '-qy', '--no-install-recommends', ...missing], { env });
}

function isInstalled(name: string): boolean {
  const query = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' });
  return query.status === 0 && query.stdout.includes('Status: install ok installed');
}
