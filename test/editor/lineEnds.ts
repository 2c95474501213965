/** What stands at the ends of lines in the editor, beside the text. */

import type { Locator } from 'playwright-core';
import type { Editor } from '../support/editor.ts';
import { waitFor } from '../support/wait.ts';

export interface LineEnd {
  /** The line's own text, stripped. */
  code: string;
  text: string;
  dimmed: boolean;
}

/** Drawn by style sheets, so that no text of the page has it. */
export async function lineEnds(editor: Editor): Promise<LineEnd[]> {
  const spans = editor.page.locator('.editor-instance .view-line span');
  const found = await spans.evaluateAll((elements) =>
    elements.flatMap((element) => {
      const { content, fontStyle } = getComputedStyle(element, '::after');
      if (!content.startsWith('"')) return [];
      const code = element.closest('.view-line')?.textContent ?? '';
      return [{ code, text: content.slice(1, -1), dimmed: fontStyle === 'italic' }];
    }),
  );
  const plain = (text: string) => text.replaceAll('\u00a0', ' ').trim();
  return found.map(({ code, text, dimmed }) => ({ code: plain(code), text: plain(text), dimmed }));
}

/** Waits until one line's end, found by the line's code, is as it should. */
export function seesLineEnd(
  editor: Editor,
  code: string,
  is: (end: LineEnd) => boolean,
): Promise<LineEnd> {
  return waitFor(
    `the end of ${code}`,
    async () => (await lineEnds(editor)).find((end) => end.code.startsWith(code) && is(end)),
    { seconds: 30 },
  );
}

/** The element that draws it, for the mouse. */
export const endOfLine = (editor: Editor, code: string): Locator =>
  editor.page
    .locator('.editor-instance .view-line', { hasText: code })
    .locator('span[class*="TextEditorDecorationType"]')
    .last();
