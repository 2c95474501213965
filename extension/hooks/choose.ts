/** The app hook to serve: the only one of the window's folders, or the one that the user picks. */

import { basename } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from '../l10n.ts';
import { usesNamelessBottle } from './appHooks.ts';
import { nearFirst } from './rank.ts';
import { type AppHook, searchAppHooks } from './search.ts';

/** Every app hook of the workspace: those near the open file first, then the likely ones. */
async function workspaceHooks(): Promise<AppHook[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const local = folders.filter((folder) => folder.uri.scheme === 'file');
  const hooks = (await Promise.all(local.map(({ uri }) => searchAppHooks(uri.fsPath)))).flat();
  return nearFirst(hooks, vscode.window.activeTextEditor?.document.uri.fsPath);
}

/**
 * The one app hook, or the one picked of several; undefined when the user does not pick.
 * @throws when there is none
 */
export async function chooseHook(): Promise<AppHook | undefined> {
  const hooks = await workspaceHooks();
  if (hooks.length === 0) throw new Error(whyNone());
  return pickHook(hooks);
}

/** Asks only when there is something to choose. */
export async function pickHook(hooks: AppHook[]): Promise<AppHook | undefined> {
  if (hooks.length <= 1) return hooks[0];
  const items = hooks.map((hook) => ({
    label: hook.app,
    description: describe(hook),
    detail: `${vscode.workspace.asRelativePath(hook.file)}:${hook.line}`,
    hook,
  }));
  const title = l10n.t('Which app hook is to be served?');
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.hook;
}

function describe({ framework, hint, blocks }: AppHook): string {
  const named = hint && l10n.t('named in {0}', basename(hint));
  const told = [
    framework,
    named,
    blocks && l10n.t('starts a server of its own when it is imported'),
  ];
  return told.filter(Boolean).join(' · ');
}

function whyNone(): string {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId === 'python' && usesNamelessBottle(document.getText())) {
    return l10n.t(
      'The routes in {0} belong to Bottle’s default app, which has no name there. Add a line: {1}',
      basename(document.fileName),
      'application = bottle.default_app()',
    );
  }
  return l10n.t(
    'No app hook found: no Python file here binds "application" or "app" to a WSGI app, ' +
      'or has a create_app(). Add one, or name it in a launch configuration of type "prefork".',
  );
}
