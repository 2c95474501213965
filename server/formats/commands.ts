/** Handing requests over, and taking them in: the commands that need no worker. */

import type { Store } from '../stream/store.ts';
import type { CommandHandlers } from '../stream/watcherConnection.ts';
import type { Origin } from './captured.ts';
import { exportRequests } from './export.ts';
import { importFile } from './import/import.ts';

/** What the server knows of itself. */
export type ServerOrigin = Omit<Origin, 'libraries'>;

export function createHandOver(
  store: Store,
  server: () => ServerOrigin,
): Pick<CommandHandlers, 'export' | 'import'> {
  return {
    export: (wanted) =>
      exportRequests(store, { ...server(), libraries: librariesIn(store) }, wanted),
    import: async (file) => ({ requests: await importFile(store, file) }),
  };
}

/** As the worker that was forked last tells of them. */
function librariesIn(store: Store): Origin['libraries'] {
  const told = store.history(0).findLast((event) => event.type === 'capture');
  return told?.libraries ?? {};
}
