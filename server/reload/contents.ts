/**
 * Which content of a file the app runs, or was reloaded for: a save that changes nothing is none.
 *
 * Content is compared by digest, as an overwrite does not always move a file's times. The times only
 * spare reading it again, and only when they are old enough for a second change to have moved them.
 */

import { createHash } from 'node:crypto';
import { readFileSync, type Stats, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds; together as long as an editor may take to write, or put back, a file. */
const PATIENCE = [1, 2, 4, 8, 16, 32, 40];
/** For one that had text and was cleared: on a busy machine its writer may have to wait. */
const LONG_PATIENCE = [...PATIENCE, 60, 100, 140, 180];
/** Milliseconds within which a file may change again and keep its times (some file systems count in 2 s). */
const RACY = 2_000;

/** Files that are read in one turn of the event loop, and bytes of one that are read in one go. */
const AT_ONCE = 8;
const SMALL = 2 ** 18;
const reading = createTurns();

const ABSENT = 'absent';
const EMPTY = hash(Buffer.alloc(0));

export interface Contents {
  /** Whether the file now holds something else than when it was last asked about, or was imported. */
  isNew(path: string): Promise<boolean>;
  /**
   * A worker of the current generation runs this content of it (null: not known which). `stale`: it
   * or a sibling runs an older one. `unsure`: it has changed a moment ago, before that or after it.
   */
  imported(path: string, digest: string | null): 'current' | 'stale' | 'unsure';
  /** A worker looked for it in vain. True when it is there. */
  missed(path: string): boolean;
  /** Whether the file may hold something else, by its times; false for one that is not known. */
  mayDiffer(path: string): boolean;
  isKnown(path: string): boolean;
  /** Remembers what a file holds, if it has not changed for a while. */
  learn(path: string): Promise<void>;
}

type Times = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs'>;
const ABSENT_TIMES: Times = { size: -1, mtimeMs: 0, ctimeMs: 0 };

interface Seen {
  /** SHA-256 in hexadecimal. */
  digest: string;
  /** Null while they prove nothing. */
  times: Times | null;
}

export function createContents(): Contents {
  const seen = new Map<string, Seen>();
  const mayDiffer = (path: string): boolean => {
    const known = seen.get(path);
    return known !== undefined && !(known.times && sameTimes(known.times, timesOf(path)));
  };
  return {
    isNew: async (path) => {
      const times = settledTimes(path);
      const digest = await digestOf(path, hadText(seen.get(path)));
      const known = seen.get(path)?.digest;
      seen.set(path, { digest, times });
      return digest !== known;
    },
    imported: (path, digest) => {
      const known = seen.get(path);
      if (known && (digest === null || digest === known.digest)) return 'current';
      if (digest !== null) seen.set(path, { digest, times: null });
      if (known) return 'stale';
      return settledTimes(path) === null ? 'unsure' : 'current';
    },
    missed: (path) => {
      if (!seen.has(path)) seen.set(path, { digest: ABSENT, times: ABSENT_TIMES });
      return mayDiffer(path);
    },
    mayDiffer,
    isKnown: (path) => seen.has(path),
    learn: async (path) => {
      const times = settledTimes(path);
      if (times === null) return;
      const digest = times === ABSENT_TIMES ? ABSENT : await digestOf(path, false);
      const isUnchanged = sameTimes(times, timesOf(path));
      if (isUnchanged && !seen.has(path)) seen.set(path, { digest, times });
    },
  };
}

function timesOf(path: string): Times {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? ABSENT_TIMES;
  } catch {
    return ABSENT_TIMES; // a folder of it is a file now, or is closed to us
  }
}

function settledTimes(path: string): Times | null {
  const times = timesOf(path);
  return Math.abs(Date.now() - times.ctimeMs) < RACY ? null : times;
}

function sameTimes(one: Times, other: Times): boolean {
  return one.ctimeMs === other.ctimeMs && one.mtimeMs === other.mtimeMs && one.size === other.size;
}

const hadText = (seen: Seen | undefined): boolean =>
  seen !== undefined && seen.digest !== ABSENT && seen.digest !== EMPTY;

async function digestOf(path: string, had: boolean): Promise<string> {
  const content = await readSettled(path, had);
  return content === null ? ABSENT : hash(content);
}

function hash(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * A file that is empty, or not there, may be one that is just being written, or replaced. `had`: there
 * was text in it.
 */
async function readSettled(path: string, had: boolean): Promise<Buffer | null> {
  let content = await read(path);
  for (const [count, wait] of LONG_PATIENCE.entries()) {
    if (content && content.length > 0) break;
    if (count >= PATIENCE.length && !(content && had)) break;
    await sleep(wait);
    content = await read(path);
  }
  return content;
}

async function read(path: string): Promise<Buffer | null> {
  await reading.turn();
  try {
    return statSync(path).size < SMALL ? readFileSync(path) : await readFile(path);
  } catch {
    return null;
  }
}

/** A few reads at once take a tenth of the time that they take one by one; many block all else. */
function createTurns(): { turn(): Promise<void> } {
  let left = AT_ONCE;
  let next: Promise<void> | undefined;
  const turn = async (): Promise<void> => {
    while (left === 0) {
      next ??= setImmediate().then(() => {
        left = AT_ONCE;
        next = undefined;
      });
      await next;
    }
    left -= 1;
  };
  return { turn };
}
