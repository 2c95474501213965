/** What is known of the files that have been seen: their lines' results, and when they were written. */

import * as vscode from 'vscode';
import type { LineResult } from '../../../server/stream/protocol.ts';
import { createPlaces, type Placed, type Places } from './places.ts';

export interface Files {
  readonly empty: boolean;
  /** Asks how old the file is. What was edited meanwhile takes in nothing until it is saved. */
  take(document: vscode.TextDocument, results: LineResult[]): Promise<void>;
  /** Whether there was anything to move. */
  edit(change: vscode.TextDocumentChangeEvent): boolean;
  of(document: vscode.TextDocument): Known | undefined;
  forget(document: vscode.TextDocument): void;
}

export interface Known {
  results: readonly Placed[];
  /** Microseconds since the epoch. */
  written: number;
}

export function createFiles(): Files {
  const files = new Map<string, { places: Places; written: number }>();
  return {
    get empty() {
      return files.size === 0;
    },
    async take(document, results) {
      const written = await timeWritten(document.uri);
      if (document.isDirty && results.length > 0) return;
      const { places } = files.get(document.fileName) ?? { places: createPlaces() };
      places.take(results);
      files.set(document.fileName, { places, written });
    },
    edit({ document, contentChanges }) {
      const places = files.get(document.fileName)?.places;
      if (!places || places.all.length === 0) return false;
      places.edit(contentChanges);
      return true;
    },
    of({ fileName }) {
      const file = files.get(fileName);
      return file && { results: file.places.all, written: file.written };
    },
    forget: ({ fileName }) => void files.delete(fileName),
  };
}

async function timeWritten(uri: vscode.Uri): Promise<number> {
  try {
    return (await vscode.workspace.fs.stat(uri)).mtime * 1000;
  } catch {
    return 0; // it is gone
  }
}
