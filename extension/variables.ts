/** The variables of settings: VS Code replaces them in launch.json and tasks.json, but not in settings. */

import { homedir } from 'node:os';

/** @param folder the workspace folder's path */
export function substitute(text: string, folder: string, environ = process.env): string {
  const values: Record<string, string> = {
    workspaceFolder: folder,
    workspaceRoot: folder,
    userHome: homedir(),
  };
  return text
    .replace(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
    .replace(/\$\{env:(\w+)\}/g, (_, name: string) => environ[name] ?? '')
    .replace(/^~(?=\/)/, homedir());
}
