/** Which request a command is about: one that a link names, or the one that the user picks. */

import * as vscode from 'vscode';
import type { RequestEnded } from '../../server/stream/protocol.ts';
import { l10n } from '../l10n.ts';
import type { Server } from '../server.ts';
import type { ServerHost } from '../serverHost.ts';
import type { Servers } from '../servers.ts';
import { running } from '../subject.ts';
import { describeRequest } from './describe.ts';

/** As links in the editor name it. */
export interface RequestSubject {
  request: string;
}

export interface Chosen {
  host: ServerHost;
  server: Server;
  request: RequestEnded;
}

export interface Choice {
  title: string;
  /** Which requests come into question; default: all. */
  among?: (request: RequestEnded) => boolean;
  /** What to say when there is none. */
  none?: string;
}

/** So many of the last are offered. */
const OFFERED = 200;

export const isRequestSubject = (subject: unknown): subject is RequestSubject =>
  typeof (subject as RequestSubject | undefined)?.request === 'string';

/**
 * Of whichever server has the one that is named; else of the current one.
 * @returns undefined when the user picks none
 * @throws when there is none to pick
 */
export async function chooseRequest(
  servers: Servers,
  subject: unknown,
  choice: Choice,
): Promise<Chosen | undefined> {
  if (isRequestSubject(subject)) return findRequest(servers, subject.request);
  const server = running(servers);
  const host = servers.current;
  const request = await pickRequest(server, choice);
  return host && request && { host, server, request };
}

/** @throws when no server that runs has it any more */
export function findRequest(servers: Servers, id: string): Chosen {
  for (const host of servers.all) {
    const request = host.server && requestsOf(host.server).find(({ request }) => request === id);
    if (host.server && request) return { host, server: host.server, request };
  }
  throw new Error(l10n.t('This request is no longer kept.'));
}

/** The newest first. */
export const requestsOf = ({ history }: Server): RequestEnded[] =>
  history
    .after(0)
    .flatMap((event) => (event.type === 'request.ended' ? [event] : []))
    .reverse();

async function pickRequest(
  server: Server,
  { title, among = () => true, none }: Choice,
): Promise<RequestEnded | undefined> {
  const requests = requestsOf(server).filter(among).slice(0, OFFERED);
  if (requests.length === 0) throw new Error(none ?? l10n.t('There is no request yet.'));
  const items = openedFirst(requests, server.history.opened).map((request) => ({
    ...describeRequest(request),
    request,
  }));
  const options = { title, matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(items, options))?.request;
}

/** What the panel shows is what is most likely meant. */
function openedFirst(requests: RequestEnded[], opened: string | undefined): RequestEnded[] {
  const shown = requests.filter(({ request }) => request === opened);
  return [...shown, ...requests.filter((request) => !shown.includes(request))];
}
