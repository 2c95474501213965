/** The apps' faults as Problems at their lines, until code comes that may be without them. */

import * as vscode from 'vscode';
import { createProblems, type Problem, type Problems, union } from '../problems.ts';
import type { ServerHost } from '../serverHost.ts';
import type { Servers } from '../servers.ts';

export function createDiagnostics(servers: Servers): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('prefork');
  const known = new Map<ServerHost, Problems>();

  const listening = servers.onServer(({ host, server }) => {
    const problems = createProblems();
    if (server) known.set(host, problems);
    else known.delete(host);
    show();
    server?.onEvents((events) => {
      if (events.filter(problems.hear).length > 0) show();
    });
  });

  function show() {
    const all = union([...known.values()].map((problems) => problems.all));
    collection.clear();
    collection.set(all.map((one) => [vscode.Uri.file(one.file), [diagnostic(one)]]));
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
