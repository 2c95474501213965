/**
 * Requests of OTLP/JSON, ours or another's: an export request, the same within `result` as Jaeger's API
 * answers it, or one a line as the collector's file exporter writes them.
 */

import { hidePairs } from '../hiding.ts';
import { type Imported, importedRequest, targetIn } from '../imported.ts';
import { amountOf, defined, textOf } from './attributes.ts';
import { logsIn, type ReadLog, type ReadSpan, spansIn } from './records.ts';
import { exceptionOf, isException, lineOf } from './said.ts';
import { totalsOf, traceOf } from './trace.ts';
import { type SpanTree, treesOf } from './tree.ts';

/** @throws Error that says where it is not one */
export function importOtlp(files: Record<string, unknown>[]): Imported[] {
  const at = (index: number, name: string): string =>
    files.length > 1 ? `[${index}].${name}` : name;
  const spans = files.flatMap((file, index) =>
    spansIn(file['resourceSpans'], at(index, 'resourceSpans')),
  );
  const logs = files.flatMap((file, index) =>
    logsIn(file['resourceLogs'], at(index, 'resourceLogs')),
  );
  const bySpan = new Map<string, ReadLog[]>();
  for (const log of logs) bySpan.set(log.spanId, [...(bySpan.get(log.spanId) ?? []), log]);
  return treesOf(spans).map((tree) => {
    const said = [tree.root, ...tree.inside].flatMap(({ spanId }) => bySpan.get(spanId) ?? []);
    return importTree(tree, said);
  });
}

function importTree(tree: SpanTree, said: ReadLog[]): Imported {
  const { root, inside } = tree;
  const trace = traceOf(tree);
  const raised = [root, ...inside].flatMap(({ events }) => events.filter(isException));
  return {
    request: importedRequest({
      imported: 'otlp',
      ...askedOf(root),
      ...answeredOf(root),
      totals: totalsOf(trace),
      findings: [...new Set(trace.findings.map(({ kind }) => kind))],
      logs: said.length,
      exceptions: raised.length,
    }),
    trace,
    logs: said.map(lineOf),
    exceptions: raised.map((event) => exceptionOf(event, root.status.code === 2)),
  };
}

/** What is no request of HTTP has its name for a path. */
function askedOf(root: ReadSpan) {
  const { attributes, traceId, spanId, parentSpanId, name } = root;
  const url = textOf(attributes, 'url.full', 'http.url', 'http.target');
  const target = url === undefined ? undefined : targetIn(url);
  const method = textOf(attributes, 'http.request.method', 'http.method');
  const query = textOf(attributes, 'url.query') ?? target?.['url.query'] ?? '';
  return {
    request: spanId,
    trace_id: traceId,
    ...(parentSpanId && { parent_span_id: parentSpanId }),
    'http.request.method': method ?? 'SPAN',
    'url.path': textOf(attributes, 'url.path') ?? target?.['url.path'] ?? name,
    'url.query': hidePairs(query),
    'client.address': textOf(attributes, 'client.address', 'net.peer.ip') ?? '',
  };
}

function answeredOf(root: ReadSpan) {
  const { attributes, startTimeUnixNano: started, endTimeUnixNano: ended, service } = root;
  const amount = (...names: string[]) => amountOf(attributes, ...names);
  const duration = Math.max(0, ended - started);
  const phase = (name: string): number | null => amount(`prefork.phase.${name}`) ?? null;
  const own = textOf(attributes, 'prefork.kind', 'prefork.worker') !== undefined;
  return {
    started,
    duration,
    'http.response.status_code': amount('http.response.status_code', 'http.status_code') ?? null,
    'http.request.body.size': amount('http.request.body.size') ?? 0,
    'http.response.body.size': amount('http.response.body.size') ?? 0,
    phases: {
      read: phase('read'),
      app: own ? phase('app') : duration,
      iterate: phase('iterate'),
      write: phase('write'),
      close: phase('close'),
    },
    cpu: amount('prefork.cpu') ?? null,
    'http.route': textOf(attributes, 'http.route') ?? null,
    view: textOf(attributes, 'code.function.name', 'code.function') ?? service ?? null,
    ...defined({ framework: frameworkOf(attributes) }),
  };
}

const frameworkOf = (attributes: ReadSpan['attributes']) =>
  (['django', 'flask', 'bottle'] as const).find(
    (known) => known === attributes.get('prefork.framework'),
  );
