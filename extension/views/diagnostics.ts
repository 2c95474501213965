/** A generation that cannot be imported is a Problem at the line that says why, until one can. */

import * as vscode from 'vscode';
import type { ExceptionEvent, KeptEvent } from '../../server/stream/protocol.ts';
import type { ServerHost } from '../serverHost.ts';

export function createDiagnostics(host: ServerHost): vscode.Disposable {
  const problems = vscode.languages.createDiagnosticCollection('prefork');

  function hear(event: KeptEvent) {
    if (event.type === 'exception' && event.kind === 'import') show(event);
    if (event.type === 'reload' && event.phase === 'ready') problems.clear();
  }

  function show(exception: ExceptionEvent) {
    problems.clear();
    const { location } = exception;
    if (!location) return;
    problems.set(vscode.Uri.file(location['code.file.path']), [diagnostic(exception, location)]);
  }

  const listening = host.onServer((server) => {
    problems.clear();
    server?.onEvents((events) => events.forEach(hear));
  });
  return vscode.Disposable.from(problems, listening);
}

type Location = NonNullable<ExceptionEvent['location']>;

function diagnostic(exception: ExceptionEvent, location: Location): vscode.Diagnostic {
  const line = Math.max(0, location['code.line.number'] - 1);
  const column = Math.max(0, (location.column ?? 1) - 1);
  const range = new vscode.Range(line, column, line, Number.MAX_SAFE_INTEGER);
  // The place that a SyntaxError's message ends with is the Problem's own.
  const reason = exception['exception.message'].replace(/ \([^()]+, line \d+\)$/, '');
  const message = `${exception['exception.type']}: ${reason}`;
  const problem = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
  problem.source = 'Prefork';
  return problem;
}
