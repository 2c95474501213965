/** Language-model tools over the same requests as the panel: "why was the last request slow?" */

import * as vscode from 'vscode';
import { l10n } from '../l10n.ts';
import type { Servers } from '../servers.ts';
import { answerRequest, answerRequests, type RequestInput, type RequestsInput } from './answers.ts';

/** An editor without language models has no place for them: then nothing is registered. */
export function registerTools(servers: Servers): vscode.Disposable {
  if (typeof vscode.lm?.registerTool !== 'function') return { dispose() {} };
  return vscode.Disposable.from(
    vscode.lm.registerTool<RequestsInput>('prefork_requests', {
      prepareInvocation: ({ input }) => ({
        invocationMessage: input.routes
          ? l10n.t('Reading the figures of each route')
          : l10n.t('Reading the last requests'),
      }),
      invoke: async ({ input }) => resultOf(await answerRequests(servers, input)),
    }),
    vscode.lm.registerTool<RequestInput>('prefork_request', {
      prepareInvocation: ({ input: { request = 'last' } }) => ({
        invocationMessage: l10n.t('Reading the request ({0})', request),
      }),
      invoke: async ({ input }) => resultOf(await answerRequest(servers, input)),
    }),
  );
}

const resultOf = (text: string): vscode.LanguageModelToolResult =>
  new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
