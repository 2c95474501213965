/** The palette's commands about requests: each asks which, unless it is told. */

import type { CommandContext } from '../commands.ts';
import { l10n } from '../l10n.ts';
import { running, workerOf } from '../subject.ts';
import { type Chosen, chooseRequest } from './chosen.ts';
import { copyRequest, exportRequests, importRequests, saveTest } from './exporting.ts';
import { mayRepeat, replayInDebugger } from './replay.ts';

type About = (context: CommandContext, subject: unknown) => Promise<void>;

/** A command about one request, which the user picks. */
const about =
  (
    title: () => string,
    act: (chosen: Chosen, context: CommandContext) => Promise<unknown>,
  ): About =>
  async (context, subject) => {
    const chosen = await chooseRequest(context.servers, subject, { title: title() });
    if (chosen) await act(chosen, context);
  };

export const showRequest = about(
  () => l10n.t('Which request?'),
  ({ host, request }, { panel }) => panel.show(host, { request: request.request }),
);

export const replayRequest = about(
  () => l10n.t('Which request is to be sent again?'),
  async ({ host, server, request }, { panel }) => {
    if (!(await mayRepeat(request['http.request.method']))) return;
    const replay = await server.send('replay', { request: request.request, worker: null });
    await panel.show(host, { request: replay.request });
  },
);

export const debugRequest = about(
  () => l10n.t('Which request is to be sent again under the debugger?'),
  async ({ host, request }, { servers, attach }) => {
    if (!(await mayRepeat(request['http.request.method']))) return;
    const chosen = await workerOf(servers, { host });
    if (!chosen) return;
    await replayInDebugger(host, { request: request.request, worker: chosen.worker }, attach);
  },
);

export async function compareBefore(context: CommandContext, subject: unknown): Promise<void> {
  const chosen = await chooseRequest(context.servers, subject, {
    title: l10n.t('Which request is to be compared with the last run before the edit?'),
    among: ({ before }) => before !== undefined,
    none: l10n.t('No route was asked for both before and after an edit yet.'),
  });
  if (!chosen) return;
  const { host, request } = chosen;
  if (!request.before)
    throw new Error(l10n.t('There is no run of this route on the code before the edit.'));
  await context.panel.show(host, { request: request.request, tab: 'compare' });
}

export async function compareRequests(context: CommandContext, subject: unknown): Promise<void> {
  const { servers, panel } = context;
  const first = await chooseRequest(servers, subject, { title: l10n.t('Compare which request?') });
  if (!first) return;
  const second = await chooseRequest(servers, undefined, {
    title: l10n.t('Compare it with which?'),
    among: ({ request }) => request !== first.request.request,
    none: l10n.t('There is no other request to compare it with.'),
  });
  if (!second) return;
  const [before, after] = [first.request, second.request].sort((a, b) => a.time - b.time);
  if (before && after)
    await panel.show(first.host, { request: after.request, before: before.request });
}

export const copyRequestAs = about(() => l10n.t('Copy which request?'), copyRequest);

export const saveRequestAsTest = about(() => l10n.t('Make a test of which request?'), saveTest);

export async function exportKept({ servers }: CommandContext): Promise<void> {
  const profiled = () =>
    chooseRequest(servers, undefined, {
      title: l10n.t('Export the profile of which request?'),
      among: (request) => request.profiled === true,
      none: l10n.t('No request was slow enough to be profiled: that takes 50 ms.'),
    });
  await exportRequests(running(servers), profiled);
}

export async function importFile({ servers, panel }: CommandContext): Promise<void> {
  const host = servers.current;
  const [first] = await importRequests(running(servers));
  if (host && first !== undefined) await panel.show(host, { request: first });
}

export const showRoutes = ({ servers, panel }: CommandContext): Promise<void> =>
  panel.show(servers.current, { view: 'routes' });
