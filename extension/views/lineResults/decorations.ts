/** Draws results at the ends of an editor's lines. */

import * as vscode from 'vscode';
import type { LineResult } from '../../../server/stream/protocol.ts';
import { hoverOf } from './hover.ts';
import type { Placed } from './places.ts';
import { isWarning, textOf } from './text.ts';

export interface Decorations extends vscode.Disposable {
  /** @param since when the file was last written, microseconds since the epoch: what is older is dimmed */
  show(editor: vscode.TextEditor, places: readonly Placed[], since: number): void;
}

const COLOURS = {
  plain: new vscode.ThemeColor('editorCodeLens.foreground'),
  warning: new vscode.ThemeColor('editorWarning.foreground'),
  stale: new vscode.ThemeColor('disabledForeground'),
};

export function createDecorations(): Decorations {
  const type = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 3ch' },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  return {
    show(editor, places, since) {
      const lines = byLine(places).filter(([line]) => line < editor.document.lineCount);
      editor.setDecorations(
        type,
        lines.map(([line, results]) => decorationOf(editor.document, line, results, since)),
      );
    },
    dispose: () => type.dispose(),
  };
}

function byLine(places: readonly Placed[]): [number, LineResult[]][] {
  const lines = new Map<number, LineResult[]>();
  for (const { line, result } of places) {
    if (line !== null) lines.set(line, [...(lines.get(line) ?? []), result]);
  }
  return [...lines];
}

function decorationOf(
  document: vscode.TextDocument,
  line: number,
  results: LineResult[],
  since: number,
): vscode.DecorationOptions {
  const { end } = document.lineAt(line).range;
  const isStale = document.isDirty || results.every(({ time }) => time < since);
  const color = isStale ? COLOURS.stale : isWarning(results) ? COLOURS.warning : COLOURS.plain;
  // Not by its colour alone.
  const fontStyle = isStale ? 'italic' : 'normal';
  return {
    range: new vscode.Range(end, end),
    renderOptions: { after: { contentText: textOf(results), color, fontStyle } },
    hoverMessage: hoverOf(results, isStale),
  };
}
