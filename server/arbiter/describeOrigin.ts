/** The server, as what is handed over names it. */

import type { ServerOrigin } from '../formats/commands.ts';
import { VERSION } from '../version.ts';
import type { Arbiter } from './arbiter.ts';

export const describeOrigin = ({ settings, addresses }: Arbiter): ServerOrigin => ({
  app: settings.app,
  addresses,
  root: settings.chdir,
  pythonpath: settings.pythonpath,
  python: settings.interpreter.version,
  version: VERSION,
});
