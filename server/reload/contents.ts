/** Which content of a file was already reloaded for, so that the same save counts once. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

const EMPTY_TRIES = 4;
/** Milliseconds. */
const EMPTY_WAIT = 15;

export interface Contents {
  /** Whether the file now holds something else than when it was last asked about. */
  isNew(path: string): Promise<boolean>;
}

export function createContents(): Contents {
  const seen = new Map<string, string>();
  return {
    isNew: async (path) => {
      const digest = await digestOf(path);
      const known = seen.get(path);
      seen.set(path, digest);
      return digest !== known;
    },
  };
}

/** Of the content, not of the time: an overwrite does not always move the time. */
async function digestOf(path: string): Promise<string> {
  try {
    return createHash('sha256')
      .update(await readSettled(path))
      .digest('base64');
  } catch {
    return 'absent';
  }
}

/** A file that is empty may be one that is just being written: truncated, its text yet to come. */
async function readSettled(path: string): Promise<Buffer> {
  for (let tries = 0; tries < EMPTY_TRIES; tries += 1) {
    const content = await readFile(path);
    if (content.length > 0) return content;
    await setTimeout(EMPTY_WAIT);
  }
  return readFile(path);
}
