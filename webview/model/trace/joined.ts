/**
 * A request's spans with what other services did for it: each of their requests under the span that sent
 * it, where it was in time by the wall clock.
 */

import type { ServiceRequests } from '../../../server/stream/commands.ts';
import type { Microseconds } from '../../../server/stream/protocol.ts';
import type { Span, Trace } from '../../../server/stream/trace.ts';
import type { RequestRow } from '../rows.ts';
import { once } from './once.ts';
import { flatten, type Node, treeOf } from './tree.ts';

type Told = ServiceRequests['requests'][number];

/** A request that another request sent, perhaps to another server. */
export interface Visit extends Told {
  app: string;
  /** Absent for the server whose page this is. */
  panel?: string;
  /** Tells services apart: 0, 1, … in the order in which they were told of. */
  service: number;
}

/** What a node belongs to when that is not the opened request; `isRequest` for the one that stands for it. */
export interface Guest {
  visit: Visit;
  isRequest: boolean;
}

export interface JoinedNode extends Node {
  children: JoinedNode[];
  guest?: Guest;
}

export interface Joined {
  roots: JoinedNode[];
  /** By index: those of the request itself have that of their span. */
  nodes: JoinedNode[];
  /** When the last of them ends. */
  end: Microseconds;
  /** Of the requests of others. */
  visits: number[];
}

export const startOf = ({ request }: Told): Microseconds =>
  request.type === 'request.ended' ? request.started : request.time;

const visitsOf = (services: readonly ServiceRequests[]): Visit[] =>
  services.flatMap(({ app, panel, requests }, service) =>
    requests.map((told) => ({ ...told, app, service, ...(panel ? { panel } : {}) })),
  );

/** The request that sent this one. */
export function callerOf(
  { head }: RequestRow,
  services: readonly ServiceRequests[],
): Visit | undefined {
  const { parent_span_id: id, request: own } = head;
  if (id === undefined) return undefined;
  return visitsOf(services).find(
    ({ request, trace }) =>
      request.request !== own && trace?.spans.some(({ attributes }) => attributes.span_id === id),
  );
}

const endOf = (nodes: readonly JoinedNode[]): Microseconds =>
  nodes.reduce((last, { span }) => Math.max(last, span.start + span.duration), 1);

/** Of a request that nobody else had a part in. */
const alone = once((trace: Trace): Joined => {
  const roots = treeOf(trace);
  const nodes = flatten(roots, new Set()).sort((a, b) => a.index - b.index);
  return { roots, nodes, end: endOf(nodes), visits: [] };
});

export function join(row: RequestRow, trace: Trace, services: readonly ServiceRequests[]): Joined {
  const waiting = visitsBySpan(row, services);
  return waiting.size === 0 ? alone(trace) : joinVisits(row, trace, waiting);
}

function visitsBySpan(
  { head }: RequestRow,
  services: readonly ServiceRequests[],
): Map<string, Visit[]> {
  const waiting = new Map<string, Visit[]>();
  for (const visit of visitsOf(services)) {
    const { parent_span_id: id, request } = visit.request;
    if (id !== undefined && request !== head.request) {
      waiting.set(id, [...(waiting.get(id) ?? []), visit]);
    }
  }
  return waiting;
}

class Joining {
  readonly nodes: JoinedNode[];
  readonly visits: number[] = [];
  readonly #started: Microseconds;
  /** By the span that sent them. */
  readonly #waiting: Map<string, Visit[]>;

  constructor({ started }: RequestRow, trace: Trace, waiting: Map<string, Visit[]>) {
    this.nodes = new Array(trace.spans.length);
    this.#started = started;
    this.#waiting = waiting;
  }

  /** `at`: where the request that the node is of begins, from the start of the opened one. */
  copy(node: Node, depth: number, at: Microseconds, guest?: Guest): JoinedNode {
    const index = guest ? this.nodes.length : node.index;
    const span = guest ? { ...node.span, start: node.span.start + at } : node.span;
    const copied: JoinedNode = { ...node, index, span, depth, children: [] };
    if (guest) copied.guest = guest;
    this.nodes[index] = copied;
    const inside = node.children.map((child) => this.copy(child, depth + 1, at, guest));
    for (const child of inside) adopt(copied, child);
    for (const visit of this.#visitsOf(copied)) adopt(copied, this.#visit(visit, copied));
    return copied;
  }

  /** Each is sent by one span only, whatever a client says. */
  #visitsOf({ span }: JoinedNode): Visit[] {
    const id = span.attributes.span_id ?? '';
    const sent = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    return sent;
  }

  #visit(visit: Visit, sender: JoinedNode): JoinedNode {
    const at = startOf(visit) - this.#started;
    const span = spanOf(visit, at, sender.span);
    const depth = sender.depth + 1;
    const guest = { visit, isRequest: true };
    const index = this.nodes.length;
    const node: JoinedNode = { index, span, depth, children: [], own: span.duration, guest };
    this.nodes.push(node);
    this.visits.push(index);
    for (const root of visit.trace ? treeOf(visit.trace) : []) {
      adopt(node, this.copy(root, depth + 1, at, { visit, isRequest: false }));
    }
    return node;
  }
}

function joinVisits(row: RequestRow, trace: Trace, waiting: Map<string, Visit[]>): Joined {
  const joining = new Joining(row, trace, waiting);
  const roots = treeOf(trace).map((root) => joining.copy(root, 0, 0));
  const { nodes, visits } = joining;
  return { roots, nodes, end: endOf(nodes), visits };
}

function adopt(parent: JoinedNode, node: JoinedNode): void {
  // Of the request itself the indices are those of the trace, already.
  if (node.guest) node.span = { ...node.span, parent: parent.index };
  parent.children.push(node);
}

/** The request as a span; one that runs still lasts as long as is known of its sender. */
function spanOf({ request }: Visit, start: Microseconds, sender: Span): Span {
  const isEnded = request.type === 'request.ended';
  const status = isEnded ? request['http.response.status_code'] : null;
  const rest = Math.max(0, sender.start + sender.duration - start);
  return {
    kind: 'http',
    parent: null,
    start,
    duration: isEnded ? request.duration : rest,
    text: `${request['http.request.method']} ${request['url.path']}`,
    site: null,
    attributes: status === null ? {} : { 'http.response.status_code': status },
  };
}
