/** Picks the app's port: the one asked for, else the first free one from 8000 on, else any. */

import { createServer } from 'node:net';
import { l10n } from './l10n.ts';

const FIRST = 8000;
const TRIED = 20;

/**
 * @param wanted 0 for a free one
 * @param taken promised to others, who may not listen yet
 */
export async function pickPort(
  wanted: number,
  taken: readonly number[] = [],
  host = '127.0.0.1',
): Promise<number> {
  if (wanted !== 0) return wanted;
  for (let port = FIRST; port < FIRST + TRIED; port++) {
    if (!taken.includes(port) && (await tryPort(port, host)) !== undefined) return port;
  }
  const port = await tryPort(0, host);
  if (port === undefined) throw new Error(l10n.t('No free port on {0}.', host));
  return port;
}

/** The port, or undefined when it is taken. Closed again: the server binds it a moment later. */
function tryPort(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
