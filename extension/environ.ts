/** The environ that the server, and so the app, gets from the editor: the user's, not the editor's. */

const EDITORS = /^(VSCODE_.*|NODE_OPTIONS|NODE_CHANNEL_.*|ELECTRON_.*|APPLICATION_INSIGHTS_.*)$/;

/**
 * @param extra a launch configuration's `env`; null takes a variable away
 */
export function serverEnviron(
  environ: NodeJS.ProcessEnv,
  extra: Record<string, string | null> = {},
): NodeJS.ProcessEnv {
  const kept = Object.entries(environ).filter(([name]) => !EDITORS.test(name));
  const added = Object.entries(extra).map(([name, value]) => [name, value ?? undefined]);
  // The editor's own executable is Node only when told so; the server strips it again.
  return { ...Object.fromEntries([...kept, ...added]), ELECTRON_RUN_AS_NODE: '1' };
}
