/** The columns of the request list. */

import { html } from 'lit';
import type { Microseconds } from '../../server/stream/protocol.ts';
import { bytes, clockTime, duration } from '../format.ts';
import { durationOf, type RequestRow } from '../model/rows.ts';
import type { Panel } from '../panel.ts';
import type { Column } from './columns.ts';
import { countAndTime, delta, flags, logs, path, sql, status, time } from './requestCells.ts';
import { runningBar, timeBar, timeWords } from './timeBar.ts';

const flagColumn = (isA: (row: RequestRow) => boolean): Column<RequestRow> => ({
  id: 'flag',
  name: '',
  title: 'State and findings',
  width: 60,
  drop: 0,
  cell: (row) => flags(row, isA(row)),
});

const WHAT: Column<RequestRow>[] = [
  {
    id: 'method',
    name: 'Method',
    title: 'HTTP method',
    width: 50,
    className: 'method',
    drop: 10,
    cell: ({ head }) => head['http.request.method'],
  },
  { id: 'status', name: 'Status', title: 'HTTP status', width: 38, drop: 0, cell: status },
  {
    id: 'path',
    name: 'Path',
    title: 'Path, route and view',
    width: 'rest',
    drop: 0,
    cell: path,
  },
];

/** These tick while a request runs. */
const timeColumns = (now: () => Microseconds): Column<RequestRow>[] => [
  {
    id: 'time',
    name: 'Time',
    title: 'From the first byte to the last',
    width: 58,
    className: 'number time',
    drop: 0,
    cell: (row) => time(row, now()),
  },
  {
    id: 'bar',
    name: 'Where',
    title: 'Where the time went: SQL, templates, cache, outgoing HTTP, own code, the rest',
    width: 104,
    drop: 20,
    cell: (row) =>
      row.ended
        ? html`<span title=${timeWords(row.ended)}>${timeBar(row.ended)}</span>`
        : runningBar(durationOf(row, now())),
  },
];

const DONE: Column<RequestRow>[] = [
  {
    id: 'sql',
    name: 'SQL',
    title: 'Queries, and what they took',
    width: 84,
    className: 'number',
    drop: 15,
    cell: sql,
  },
  {
    id: 'out',
    name: 'Out',
    title: 'Outgoing HTTP requests, and what they took',
    width: 66,
    className: 'number',
    drop: 80,
    cell: ({ ended }) => countAndTime(ended?.totals.http),
  },
  {
    id: 'logs',
    name: 'Logs',
    title: 'Log lines, coloured by the worst',
    width: 34,
    className: 'number',
    drop: 50,
    cell: logs,
  },
  {
    id: 'worker',
    name: 'W·gen',
    title: 'Worker · generation of the code',
    width: 44,
    className: 'number',
    drop: 30,
    cell: ({ head }) => (head.imported ? '' : `${head.worker}·${head.generation}`),
  },
  {
    id: 'size',
    name: 'Size',
    title: 'Body of the response',
    width: 56,
    className: 'number',
    drop: 70,
    cell: ({ ended }) => (ended ? bytes(ended['http.response.body.size']) : ''),
  },
];

const WHEN: Column<RequestRow>[] = [
  {
    id: 'when',
    name: 'When',
    title: 'When it started',
    width: 64,
    className: 'number',
    drop: 60,
    cell: ({ started }) => clockTime(started),
  },
];

const spare = (
  id: string,
  name: string,
  title: string,
  width: number,
  cell: Column<RequestRow>['cell'],
): Column<RequestRow> => ({
  id,
  name,
  title,
  width,
  className: 'number dim',
  drop: 90,
  hidden: true,
  cell,
});

/** What not everybody wants to see. */
const SPARE: Column<RequestRow>[] = [
  spare('delta', 'Δ', 'Against the last run of the route on the code before', 72, delta),
  spare('templates', 'Templates', 'Templates, and what they took', 84, ({ ended }) =>
    countAndTime(ended?.totals.template),
  ),
  spare('cache', 'Cache', 'Cache operations, and what they took', 84, ({ ended }) =>
    countAndTime(ended?.totals.cache),
  ),
  spare('cpu', 'CPU', "Processor time of the request's thread", 58, ({ ended }) =>
    ended?.cpu == null ? '' : duration(ended.cpu),
  ),
  spare('own', 'Tracing', "What capture itself took of the request's thread", 58, ({ ended }) =>
    ended ? duration(ended.own) : '',
  ),
  spare('pid', 'Pid', 'Process', 56, ({ head }) => head['process.pid']),
  spare('thread', 'Thread', 'Thread', 118, ({ head }) => head['thread.id']),
  spare('client', 'Client', 'Address of the client', 96, ({ head }) => head['client.address']),
  spare(
    'trace',
    'Trace id',
    'W3C Trace Context: the trace that it is part of',
    236,
    ({ head }) => head.trace_id,
  ),
];

/** Made once for a panel: the lists compare columns to see whether to draw anew. */
export const requestColumns = (panel: Panel): Column<RequestRow>[] => [
  flagColumn((row) => panel.comparing.isMarked(row)),
  ...WHAT,
  ...timeColumns(() => panel.store.clock.now()),
  ...DONE,
  ...SPARE,
  ...WHEN,
];
