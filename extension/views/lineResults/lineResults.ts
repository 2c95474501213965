/**
 * Results in the editor: what the last requests say of a line, at its end. Asked for when requests have ended
 * and files are to be seen.
 */

import * as vscode from 'vscode';
import type { KeptEvent, LineResult } from '../../../server/stream/protocol.ts';
import { followServers } from '../../followServers.ts';
import type { Servers } from '../../servers.ts';
import { createDecorations } from './decorations.ts';
import { createPlaces, type Places } from './places.ts';
import { askForLines } from './results.ts';

/** Requests come in bursts. Milliseconds. */
const PAUSE = 500;

interface File {
  places: Places;
  /** Microseconds since the epoch. */
  written: number;
}

export function showLineResults(servers: Servers): vscode.Disposable {
  const decorations = createDecorations();
  const files = new Map<string, File>();
  let timer: NodeJS.Timeout | undefined;

  const running = () => servers.all.flatMap(({ server }) => server ?? []);

  function soon() {
    if (files.size === 0 && running().length === 0) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void refresh();
    }, PAUSE);
  }

  async function refresh() {
    const asked = running();
    // What is edited keeps what it has until it is saved: nobody knows its lines.
    const isMeant = (document: vscode.TextDocument) => !document.isDirty || asked.length === 0;
    const documents = shownDocuments().filter(isMeant);
    if (documents.length === 0) return;
    const paths = documents.map(({ fileName }) => fileName);
    const told = await askForLines(asked, paths);
    for (const document of documents) await take(document, told.get(document.fileName) ?? []);
    draw();
  }

  async function take(document: vscode.TextDocument, results: LineResult[]) {
    const written = await timeWritten(document.uri);
    if (document.isDirty && results.length > 0) return;
    const { places } = files.get(document.fileName) ?? { places: createPlaces() };
    places.take(results);
    files.set(document.fileName, { places, written });
  }

  function draw(only?: vscode.TextDocument) {
    for (const editor of shownEditors()) {
      const known = files.get(editor.document.fileName);
      if (!known || (only && editor.document !== only)) continue;
      decorations.show(editor, known.places.all, known.written);
    }
  }

  function edited({ document, contentChanges }: vscode.TextDocumentChangeEvent) {
    const places = files.get(document.fileName)?.places;
    if (!places || places.all.length === 0) return;
    places.edit(contentChanges);
    draw(document);
  }

  const listening = vscode.Disposable.from(
    followServers(servers, {
      events: (events) => events.some(isNews) && soon(),
      changed: soon,
    }),
    vscode.window.onDidChangeVisibleTextEditors(soon),
    vscode.workspace.onDidSaveTextDocument(soon),
    vscode.workspace.onDidCloseTextDocument(({ fileName }) => files.delete(fileName)),
    vscode.workspace.onDidChangeTextDocument(edited),
  );
  soon();
  return vscode.Disposable.from(listening, decorations, { dispose: () => clearTimeout(timer) });
}

const isNews = ({ type }: KeptEvent): boolean => type === 'request.ended' || type === 'cleared';

const shownEditors = () =>
  vscode.window.visibleTextEditors.filter(({ document }) => document.uri.scheme === 'file');

const shownDocuments = () => [...new Set(shownEditors().map(({ document }) => document))];

async function timeWritten(uri: vscode.Uri): Promise<number> {
  try {
    return (await vscode.workspace.fs.stat(uri)).mtime * 1000;
  } catch {
    return 0; // it is gone
  }
}
