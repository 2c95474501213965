/** `--check-config`: imports the app hook in the app's interpreter, as a worker would. */

import { spawn } from 'node:child_process';
import { workerFolder } from '../workerFolder.ts';
import type { ServeSettings } from './serveSettings.ts';

/** The package's folder goes last, so that it shadows nothing of the app's. */
const CHECK = `
import sys
hook, package, *folders = sys.argv[1:]
sys.argv[1:] = []
sys.path[:] = folders + [entry for entry in sys.path if entry]
sys.path.append(package)
from prefork_worker import app_hook
try:
    app_hook.load(hook)
except (Exception, SystemExit) as error:
    import traceback
    if not isinstance(error, app_hook.AppHookError):
        traceback.print_exc()
    print(f"prefork: error: {app_hook.one_line(error, hook)}", file=sys.stderr)
    sys.exit(app_hook.exit_code(error))
`;

/** Gives Gunicorn's exit code: 0, 3 (the app cannot be imported) or 4 (it has no such hook). */
export function checkApp(settings: ServeSettings): Promise<number> {
  const { app, chdir, interpreter, pythonpath, raw_env } = settings;
  // In the order of `sys.path`, where each was put in front of those before it.
  const folders = [...pythonpath.toReversed(), chdir];
  const child = spawn(interpreter.executable, ['-c', CHECK, app, workerFolder(), ...folders], {
    cwd: chdir,
    env: { ...process.env, ...variables(raw_env) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((done, failed) => {
    child.on('error', failed).on('exit', (code) => done(code ?? 3));
  });
}

function variables(raw: readonly string[]): Record<string, string> {
  return Object.fromEntries(raw.map((text) => splitOnce(text, '=')));
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
