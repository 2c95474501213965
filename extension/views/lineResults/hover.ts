/** What is told of a line's results when they are hovered, with ways on and the way to be rid of them. */

import * as vscode from 'vscode';
import type { LineResult } from '../../../server/stream/protocol.ts';
import { l10n } from '../../l10n.ts';
import { escaped } from '../markdown.ts';
import { textOf } from './text.ts';

const COMMANDS = {
  show: 'prefork.showRequest',
  compare: 'prefork.compareBefore',
  toggle: 'prefork.toggleInlineResults',
};

export function hoverOf(results: readonly LineResult[], isStale: boolean): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: Object.values(COMMANDS) };
  for (const result of results) {
    text.appendMarkdown(`**${escaped(textOf([result]))}**  \n${detailsOf(result)}\n\n`);
  }
  if (isStale) text.appendMarkdown(`${l10n.t('The file has changed since.')}\n\n`);
  return text.appendMarkdown(
    `---\n${link(COMMANDS.toggle, l10n.t('Turn Off Results in the Editor'))}`,
  );
}

function detailsOf({ name, time, request }: LineResult): string {
  const ended = new Date(time / 1000).toLocaleTimeString();
  const links = [
    link(COMMANDS.show, l10n.t('Open Request'), { request }),
    link(COMMANDS.compare, l10n.t('Compare with Run before Edit'), { request }),
  ];
  return `${escaped(l10n.t('{0} at {1}', name, ended))} · ${links.join(' · ')}`;
}

function link(command: string, label: string, about?: object): string {
  const query = about ? `?${encodeURIComponent(JSON.stringify([about]))}` : '';
  return `[${label}](command:${command}${query})`;
}
