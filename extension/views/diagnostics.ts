/** The app's faults as Problems at their lines, until code comes that may be without them. */

import * as vscode from 'vscode';
import type { KeptEvent } from '../../server/stream/protocol.ts';
import { createProblems, type Problem } from '../problems.ts';
import type { ServerHost } from '../serverHost.ts';

export function createDiagnostics(host: ServerHost): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('prefork');

  const listening = host.onServer((server) => {
    const problems = createProblems();
    collection.clear();
    server?.onEvents((events: KeptEvent[]) => {
      if (events.filter(problems.hear).length > 0) show(problems.all);
    });
  });

  function show(problems: readonly Problem[]) {
    collection.clear();
    collection.set(problems.map((one) => [vscode.Uri.file(one.file), [diagnostic(one)]]));
  }
  return vscode.Disposable.from(collection, listening);
}

function diagnostic({ line, column, message, fatal }: Problem): vscode.Diagnostic {
  const range = new vscode.Range(line - 1, column - 1, line - 1, Number.MAX_SAFE_INTEGER);
  const { Error: broken, Warning: failed } = vscode.DiagnosticSeverity;
  const problem = new vscode.Diagnostic(range, message, fatal ? broken : failed);
  problem.source = 'Prefork';
  return problem;
}
