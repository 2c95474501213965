/** What the language-model tools answer, from what a server keeps. */

import type { RequestEnded } from '../../server/stream/protocol.ts';
import type { Server } from '../server.ts';
import type { Servers } from '../servers.ts';
import { matching } from './matching.ts';
import { bounded, comparisonText, profileText, requestsText, routesText } from './texts.ts';

export interface RequestsInput {
  /** In the panel's grammar; empty: all. */
  filter?: string;
  limit?: number;
  /** Statistics of each route instead. */
  routes?: boolean;
  /** The app hook of the server that is meant, when several run. */
  server?: string;
}

export interface RequestInput {
  /** An id, `last` or `slowest`. */
  request?: string;
  /** Which requests come into question for `last` and `slowest`. */
  filter?: string;
  server?: string;
}

/** So many, unless asked for others. */
const LIMIT = 20;
const MOST = 100;

/** @throws Error for the model to read */
export async function answerRequests(servers: Servers, input: RequestsInput): Promise<string> {
  const server = meantServer(servers, input.server);
  if (input.routes) return bounded(routesText((await server.send('routes', {})).routes));
  const found = requestsIn(server, input.filter);
  const limit = Math.min(MOST, Math.max(1, input.limit ?? LIMIT));
  return bounded(requestsText(found.slice(0, limit), found.length));
}

/** All that there is to say of one request. @throws Error for the model to read */
export async function answerRequest(servers: Servers, input: RequestInput): Promise<string> {
  const server = meantServer(servers, input.server);
  const { request: id, before } = chosen(server, input);
  const [markdown, details, comparison] = await Promise.all([
    server.send('export', { requests: [id], format: 'markdown' }),
    server.send('request', { request: id }),
    before && server.send('compare', { after: id }).catch(() => undefined),
  ]);
  const profile = details.trace?.profile;
  const parts = [
    `Request ${id}`,
    ...(comparison ? [comparisonText(comparison)] : []),
    ...(profile ? [profileText(profile)] : []),
    markdown.text,
  ];
  return bounded(parts.join('\n\n'));
}

function chosen(server: Server, { request = 'last', filter }: RequestInput): RequestEnded {
  const found = requestsIn(server, filter);
  const one =
    request === 'slowest'
      ? found.toSorted((a, b) => b.duration - a.duration)[0]
      : found.find((each) => request === 'last' || each.request === request);
  if (one) return one;
  throw new Error(
    request === 'last' || request === 'slowest'
      ? 'No request that the server keeps is such.'
      : `Request ${request} is not kept. The tool prefork_requests tells the ids of those that are.`,
  );
}

const requestsIn = ({ history }: Server, filter = ''): RequestEnded[] =>
  matching(history.after(0), filter, Date.now() * 1000);

function meantServer(servers: Servers, app: string | undefined): Server {
  const hosts = app ? servers.all.filter(({ options }) => options?.app === app) : [];
  const server = app ? hosts.find((host) => host.server)?.server : servers.current?.server;
  if (server) return server;
  const apps = servers.all.flatMap((host) => (host.server ? [host.server.options.app] : []));
  throw new Error(
    apps.length > 0
      ? `No server of ${app} is running, but of ${apps.join(', ')}.`
      : 'No Prefork server is running. The user can start one with the command "Prefork: Start Server".',
  );
}
