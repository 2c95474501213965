/** What the server is started with: all settings, and what was found out while resolving them. */

import type { Settings } from './table.ts';

/** A Python that was run and can serve. */
export interface Interpreter {
  /** Absolute path, its `sys.executable`. */
  executable: string;
  /** `3.12.4`. */
  version: string;
  /** The environment it belongs to, its `sys.prefix`. */
  prefix: string;
}

/**
 * Every path in it is absolute. `bind` is in the forms of `formatAddress`. `pythonpath` is
 * as written: each folder goes in front of those before it, and of `chdir`. `config` is the conf file that was read (absolute path, or
 * `python:MODULE`), or null.
 */
export interface ServeSettings extends Settings {
  /** The app hook, `module:application`. */
  app: string;
  interpreter: Interpreter;
  /** The file that the conf file's settings were read from; where the default one would be if none. */
  confFile: string;
  /** Who asked for the addresses: `argument -b/--bind`, `gunicorn.conf.py:3: bind`, `the default`. */
  bindOrigin: string;
  /** What was accepted and has no effect, a sentence each; for the log. */
  notices: string[];
}
