/** The server, as what is handed over names it: by OpenTelemetry's variable, else by its folder. */

import { basename } from 'node:path';
import type { ServerOrigin } from '../formats/commands.ts';
import { VERSION } from '../version.ts';
import type { Arbiter } from './arbiter.ts';

export const describeOrigin = ({ settings, addresses }: Arbiter): ServerOrigin => ({
  app: settings.app,
  service: process.env['OTEL_SERVICE_NAME'] || basename(settings.chdir) || 'wsgi',
  addresses,
  root: settings.chdir,
  pythonpath: settings.pythonpath,
  python: settings.interpreter.version,
  version: VERSION,
});
