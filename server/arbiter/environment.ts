/** The environment that the app gets: the user's, without what belongs to Node and the editor. */

const FOREIGN = /^(ELECTRON_|NODE_CHANNEL_|VSCODE_(?!GIT_)|npm_)|^NODE_OPTIONS$/;

export function appEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(own).filter(([name]) => !FOREIGN.test(name));
  const environment: NodeJS.ProcessEnv = Object.fromEntries(entries);
  // Apple's libraries abort in a forked child unless this is set before exec.
  if (process.platform === 'darwin') environment['OBJC_DISABLE_INITIALIZE_FORK_SAFETY'] = 'YES';
  return environment;
}
