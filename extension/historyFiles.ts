/** Where servers keep what they know over a restart: a file for each app hook, in the workspace's storage. */

import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Hook } from './servers.ts';

export interface HistoryFiles {
  of(hook: Hook): string;
  /** Removes all but those of these servers, who clear their own. */
  remove(kept: Hook[]): void;
}

/** @param folder the servers make it when they need it */
export function createHistoryFiles(folder: string): HistoryFiles {
  const fileOf = ({ app, root }: Hook): string => {
    const digest = createHash('sha256')
      .update(JSON.stringify([root, app]))
      .digest('hex');
    return join(folder, `${digest.slice(0, 16)}.history`);
  };
  return {
    of: fileOf,
    remove(kept) {
      const names = kept.map((hook) => basename(fileOf(hook)));
      for (const file of filesIn(folder)) {
        // One that is damaged, or locked, has an ending besides.
        if (!names.some((name) => file.startsWith(name)))
          rmSync(join(folder, file), { force: true });
      }
    },
  };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // nothing was kept yet
  }
}
