/** Keeps the context key `prefork.fileHasHook` true: the Serve action of an editor depends on it. */

import * as vscode from 'vscode';
import { hasHook } from '../hooks/fileHooks.ts';

/** While somebody types, the text is looked at when they pause. Milliseconds. */
const PAUSE = 300;

export function keepHookContext(): vscode.Disposable {
  let known: boolean | undefined;
  let timer: NodeJS.Timeout | undefined;

  function tell() {
    const document = vscode.window.activeTextEditor?.document;
    const has = document !== undefined && hasHook(document);
    if (has !== known)
      void vscode.commands.executeCommand('setContext', 'prefork.fileHasHook', has);
    known = has;
  }

  tell();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(tell),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document !== vscode.window.activeTextEditor?.document) return;
      clearTimeout(timer);
      timer = setTimeout(tell, PAUSE);
    }),
    { dispose: () => clearTimeout(timer) },
  );
}
