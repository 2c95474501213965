/** Requests handed over: to the clipboard, as a test, as files; and files of requests taken in. */

import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ExportFormat } from '../../server/stream/commands.ts';
import { l10n } from '../l10n.ts';
import { saveFile } from '../saveFile.ts';
import type { Server } from '../server.ts';
import type { Chosen } from './chosen.ts';

/** The same in every language. */
const NAMES: Record<ExportFormat, string> = {
  curl: 'curl',
  httpie: 'HTTPie',
  fetch: 'fetch',
  pytest: 'pytest',
  markdown: 'Markdown',
  har: 'HAR',
  otlp: 'OTLP/JSON',
  speedscope: 'speedscope',
};

type Purposes = [format: ExportFormat, what: string][];

/** Texts of one request. */
const texts = (): Purposes => [
  ['curl', l10n.t('for a terminal')],
  ['httpie', l10n.t('for a terminal')],
  ['fetch', l10n.t('for JavaScript')],
  ['pytest', l10n.t('a test that calls the app itself')],
  ['markdown', l10n.t('for a chat or an issue')],
];

/** Files for other tools. */
const files = (): Purposes => [
  ['har', l10n.t("for browsers' network tools")],
  ['otlp', l10n.t('for tools that know OpenTelemetry')],
  ['speedscope', l10n.t('the profile of one slow request')],
];

async function pickFormat(title: string, formats: Purposes): Promise<ExportFormat | undefined> {
  const items = formats.map(([format, description]) => ({
    format,
    description,
    label: NAMES[format],
  }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.format;
}

export async function copyRequest({ server, request }: Chosen): Promise<void> {
  const format = await pickFormat(l10n.t('Copy request as'), texts());
  if (!format) return;
  const { text } = await server.send('export', { requests: [request.request], format });
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(l10n.t('Copied as {0}', NAMES[format]), 5000);
}

export async function saveTest({ server, request }: Chosen): Promise<void> {
  const { request: id } = request;
  const file = await server.send('export', { requests: [id], format: 'pytest' });
  const saved = await saveFile(server.options.root, file, l10n.t('Save Test'));
  if (saved) await vscode.window.showTextDocument(saved);
}

/** @param choose which request, for a format that takes one */
export async function exportRequests(
  server: Server,
  choose: () => Promise<Chosen | undefined>,
): Promise<void> {
  const format = await pickFormat(l10n.t('Export all kept requests as'), files());
  if (!format) return;
  const chosen = format === 'speedscope' ? await choose() : undefined;
  if (format === 'speedscope' && !chosen) return;
  const requests = chosen ? [chosen.request.request] : [];
  const file = await server.send('export', { requests, format });
  const saved = await saveFile(server.options.root, file, l10n.t('Export'));
  if (saved)
    vscode.window.setStatusBarMessage(l10n.t('Exported to {0}', basename(saved.path)), 5000);
}

/** @returns the ids of what was taken in */
export async function importRequests(server: Server): Promise<string[]> {
  const chosen = await vscode.window.showOpenDialog({
    title: l10n.t('Import a HAR or OTLP/JSON file'),
    defaultUri: vscode.Uri.file(server.options.root),
    filters: { [l10n.t('HAR and OTLP/JSON')]: ['har', 'json'] },
  });
  const imported: string[] = [];
  for (const uri of chosen ?? []) {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    const { requests } = await server.send('import', { name: basename(uri.path), text });
    imported.push(...requests);
  }
  return imported;
}
