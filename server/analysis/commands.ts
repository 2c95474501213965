/** What the store's requests say when they are put side by side: the commands that need no worker. */

import type { Store } from '../stream/store.ts';
import type { CommandHandlers } from '../stream/watcherConnection.ts';
import { compare, type Side } from './compare.ts';
import { routeStatistics } from './routeStatistics.ts';

export function createAnalysis(
  store: Store,
): Pick<CommandHandlers, 'compare' | 'routes' | 'lines'> {
  return {
    compare: ({ after, before }) => {
      const second = sideOf(store, after);
      const first = before ?? second.request.before?.request;
      if (first === undefined) {
        throw new Error('There is no run of this route on the code before to compare it with.');
      }
      const side = sideOf(store, first);
      return compare(side, second, store.durations(side.request));
    },
    routes: () => ({ routes: routeStatistics(store.ended()) }),
    lines: ({ files }) => ({ lines: store.lines(files) }),
  };
}

/** @throws when it is no longer kept, or runs still */
function sideOf(store: Store, id: string): Side {
  const details = store.request(id);
  if (!details) throw new Error(`Request ${id} is no longer kept.`);
  if (details.request.type !== 'request.ended') throw new Error(`Request ${id} runs still.`);
  return { request: details.request, trace: details.trace };
}
