/** Templates and cache calls of a trace: what is alike taken together. */

import type { Microseconds } from '../../../server/stream/protocol.ts';
import type { Place, Trace } from '../../../server/stream/trace.ts';
import { once } from './once.ts';
import { statementKey } from './places.ts';
import { type Node, treeOf } from './tree.ts';

/** Renderings of one template by the same one above it. */
export interface TemplateNode {
  name: string;
  depth: number;
  count: number;
  total: Microseconds;
  /** Without what was in it, templates and queries alike. */
  own: Microseconds;
  /** Queries that it fired itself. */
  queries: number;
  site: Place | null;
  error: string | undefined;
}

interface Renderings extends TemplateNode {
  inside: Map<string, Renderings>;
}

function add(level: Map<string, Renderings>, node: Node, depth: number): Renderings {
  const { text: name, site, duration } = node.span;
  const known = level.get(name);
  const error = node.span['error.type'];
  const renderings: Renderings = known ?? {
    ...{ name, depth, count: 0, total: 0, own: 0, queries: 0, site, error },
    inside: new Map(),
  };
  level.set(name, renderings);
  renderings.count += 1;
  renderings.total += duration;
  renderings.own += node.own;
  renderings.error ??= error;
  return renderings;
}

function collect(nodes: readonly Node[], level: Map<string, Renderings>, above?: Renderings): void {
  for (const node of nodes) {
    const { kind } = node.span;
    if (kind === 'sql' && above) above.queries += 1;
    if (kind !== 'template') collect(node.children, level, above);
    else {
      const renderings = add(level, node, above ? above.depth + 1 : 0);
      collect(node.children, renderings.inside, renderings);
    }
  }
}

function listed(level: ReadonlyMap<string, Renderings>): TemplateNode[] {
  return [...level.values()].flatMap(({ inside, ...node }) => [node, ...listed(inside)]);
}

/** Depth first; those past the bound at the end, as it is not known what they were in. */
export const templatesOf = once((trace: Trace): TemplateNode[] => {
  const top = new Map<string, Renderings>();
  collect(treeOf(trace), top);
  const groups = trace.groups.filter((group) => group.kind === 'template');
  const rest = groups.map(
    ({ text: name, site, count, duration: total }): TemplateNode => ({
      ...{ name, depth: 0, count, total, own: total, queries: 0, site, error: undefined },
    }),
  );
  return [...listed(top), ...rest];
});

/** Calls of one operation with one key from one line. */
export interface CacheCall {
  text: string;
  site: Place | null;
  system: string | undefined;
  alias: string | undefined;
  count: number;
  total: Microseconds;
  /** Keys found, of those asked for; null for what finds nothing (`set`). */
  hits: number | null;
  keys: number;
  error: string | undefined;
}

/** In the order in which they were first made. */
export const cacheCallsOf = once((trace: Trace): CacheCall[] => {
  const calls = new Map<string, CacheCall>();
  const of = (text: string, site: Place | null): CacheCall => {
    const key = statementKey(text, site);
    const nothing = { count: 0, total: 0, hits: null, keys: 0, error: undefined };
    const call = calls.get(key) ?? { text, site, system: undefined, alias: undefined, ...nothing };
    calls.set(key, call);
    return call;
  };
  for (const span of trace.spans.filter(({ kind }) => kind === 'cache')) {
    const call = of(span.text, span.site);
    const { hits, keys = 1 } = span.attributes;
    call.count += 1;
    call.total += span.duration;
    if (hits !== undefined) {
      call.hits = (call.hits ?? 0) + hits;
      call.keys += keys;
    }
    call.system ??= span.attributes['db.system.name'];
    call.alias ??= span.attributes['db.namespace'];
    call.error ??= span['error.type'];
  }
  for (const group of trace.groups.filter(({ kind }) => kind === 'cache')) {
    const call = of(group.text, group.site);
    call.count += group.count;
    call.total += group.duration;
  }
  return [...calls.values()];
});
