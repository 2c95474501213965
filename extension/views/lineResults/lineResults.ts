/**
 * Results in the editor: what the last requests say of a line, at its end. Asked for when requests have ended
 * and files are to be seen.
 */

import * as vscode from 'vscode';
import type { KeptEvent } from '../../../server/stream/protocol.ts';
import { followServers } from '../../followServers.ts';
import type { Servers } from '../../servers.ts';
import { createDecorations } from './decorations.ts';
import { createFiles, type Files } from './files.ts';
import { askForLines } from './results.ts';

/** Requests come in bursts. Milliseconds. */
const PAUSE = 500;

export function showLineResults(servers: Servers): vscode.Disposable {
  const decorations = createDecorations();
  const files = createFiles();
  const later = createDelay(() => void refresh(servers, files).then(() => draw()));
  let turnedOff = false;

  function soon() {
    if (!files.empty || running(servers).length > 0) later.ask();
  }

  function draw(only?: vscode.TextDocument) {
    if (turnedOff) return;
    for (const editor of shownEditors()) {
      const known = files.of(editor.document);
      if (!known || (only && editor.document !== only)) continue;
      decorations.show(editor, known.results, known.written);
    }
  }

  soon();
  return vscode.Disposable.from(
    followServers(servers, {
      events: (events) => events.some(isNews) && soon(),
      changed: soon,
    }),
    vscode.window.onDidChangeVisibleTextEditors(soon),
    vscode.workspace.onDidSaveTextDocument(soon),
    vscode.workspace.onDidCloseTextDocument(files.forget),
    vscode.workspace.onDidChangeTextDocument((change) => {
      if (files.edit(change)) draw(change.document);
    }),
    decorations,
    later,
    { dispose: () => (turnedOff = true) },
  );
}

async function refresh(servers: Servers, files: Files) {
  const asked = running(servers);
  // What is edited keeps what it has until it is saved: nobody knows its lines.
  const documents = shownDocuments().filter(({ isDirty }) => !isDirty || asked.length === 0);
  if (documents.length === 0) return;
  const paths = documents.map(({ fileName }) => fileName);
  const told = await askForLines(asked, paths);
  for (const document of documents) await files.take(document, told.get(document.fileName) ?? []);
}

/** Once for all that asks within the pause. */
function createDelay(act: () => void): vscode.Disposable & { ask(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    ask() {
      timer ??= setTimeout(() => {
        timer = undefined;
        act();
      }, PAUSE);
    },
    dispose: () => clearTimeout(timer),
  };
}

const running = (servers: Servers) => servers.all.flatMap(({ server }) => server ?? []);

const isNews = ({ type }: KeptEvent): boolean => type === 'request.ended' || type === 'cleared';

const shownEditors = () =>
  vscode.window.visibleTextEditors.filter(({ document }) => document.uri.scheme === 'file');

const shownDocuments = () => [...new Set(shownEditors().map(({ document }) => document))];
