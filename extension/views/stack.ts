/** Shows where a worker's threads stand, as a text beside what the user is doing. */

import * as vscode from 'vscode';
import { l10n } from '../l10n.ts';
import type { WorkerOf } from '../subject.ts';

/** A document of nobody's: read-only, and gone when it is closed. */
const SCHEME = 'prefork-stack';

export interface Stacks extends vscode.Disposable {
  /** @throws one line for the user: why it is not known */
  show(worker: WorkerOf): Promise<void>;
}

export function createStacks(): Stacks {
  const texts = new Map<string, string>();
  const registered = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => texts.get(uri.toString()),
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void texts.delete(uri.toString())),
  );
  let number = 0;
  return {
    async show({ server, worker, pid }) {
      const told = { worker, ...(pid && { 'process.pid': pid }) };
      const { stack } = await server.send('stack', told);
      const time = new Date().toLocaleTimeString();
      const title = l10n.t('Worker {0} of {1} at {2}', worker, server.options.app, time);
      number += 1;
      const path = `/${title.replaceAll('/', '-')}`;
      const uri = vscode.Uri.from({ scheme: SCHEME, path, query: `${number}` });
      texts.set(uri.toString(), stack);
      await vscode.window.showTextDocument(uri, { preview: true, preserveFocus: true });
    },
    dispose: () => registered.dispose(),
  };
}
