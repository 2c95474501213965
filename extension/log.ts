/** The output channel "Prefork": what the server writes and what the extension decides. */

import * as vscode from 'vscode';
import { l10n } from './l10n.ts';
import { parseLogLine, withoutToken } from './logLine.ts';

export interface Log extends vscode.Disposable {
  info(message: string): void;
  /** A line of the server's, at the level that it carries. */
  line(line: string): void;
  show(): void;
  /** Tells the user, once, with a way to the log. */
  fail(message: string): void;
}

export function createLog(): Log {
  const channel = vscode.window.createOutputChannel('Prefork', { log: true });
  const show = () => channel.show(true);
  return {
    info: (message) => channel.info(message),
    line(line) {
      const { level, message } = parseLogLine(withoutToken(line));
      if (message.trim()) channel[level](message);
    },
    show,
    fail(message) {
      channel.error(message);
      vscode.window
        .showErrorMessage(message, l10n.t('Show Logs'))
        .then((choice) => choice && show());
    },
    dispose: () => channel.dispose(),
  };
}

export const messageOf = (error: unknown) =>
  error instanceof Error ? error.message : String(error);
