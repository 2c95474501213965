/** A real Chromium for the tests of the panel page. */

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const FLAGS = [
  '--no-sandbox', // Chromium refuses to run as root with it
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `$PREFORK_TEST_CHROMIUM`, or where distributions put it. */
export function findChromium(): string {
  const named = process.env['PREFORK_TEST_CHROMIUM'];
  const found = named ?? CANDIDATES.find((path) => existsSync(path));
  if (found === undefined) throw new Error('No Chromium found: install Debian package `chromium`.');
  return found;
}

/** The caller closes it; that ends its processes too. */
export const launchChromium = (flags: string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), args: [...FLAGS, ...flags] });
