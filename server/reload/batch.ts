/** Changes that come together are one: paths are collected until it is quiet. */

import { setImmediate } from 'node:timers';

/** Milliseconds of quiet that end a change: one save is over at once, a checkout is not. */
const QUIET: ReadonlyArray<{ files: number; quiet: number }> = [
  { files: 1, quiet: 2 },
  { files: 20, quiet: 15 },
  { files: Number.POSITIVE_INFINITY, quiet: 75 },
];
/** How long it may take at most, in milliseconds. */
const LONGEST = 5_000;
/** How often `busy` is asked. */
const BUSY_AGAIN = 10;

export interface Batch {
  /** Adds the path, noticed at that time, if `isNew` comes true; nothing is delivered before. */
  consider(path: string, noticed: number, isNew: Promise<boolean>): Promise<void>;
  /** Whether it is about to be delivered. */
  has(path: string): boolean;
  /** Resolves when what was added so far has been dealt with. */
  delivered(): Promise<void>;
  close(): void;
}

export interface BatchOptions {
  /** More is sure to come, as while git writes the work tree. */
  busy(): boolean;
  /** `noticed` is `performance.now()` at the first path. */
  deliver(files: string[], noticed: number): Promise<void>;
}

export function createBatch({ busy, deliver }: BatchOptions): Batch {
  const files = new Set<string>();
  let first = 0;
  let last = 0;
  let considered = 0;
  /** It was quiet, but for files that were still being looked at. */
  let isDue = false;
  let timer: NodeJS.Timeout | undefined;
  let delivery = createDelivery();
  delivery.resolve();

  const flush = (): void => {
    const all = [...files];
    files.clear();
    delivery.resolve(deliver(all, first));
  };

  const arm = (wait: number): void => {
    clearTimeout(timer);
    isDue = false;
    // What has arrived meanwhile is heard of between a timer and an immediate.
    timer = setTimeout(() => setImmediate(flushWhenQuiet, last), wait);
  };

  const flushWhenQuiet = (lastKnown: number): void => {
    if (files.size === 0 || last !== lastKnown) return;
    isDue = true;
    const overdue = performance.now() - first > LONGEST;
    if (overdue) flush();
    else if (busy()) arm(BUSY_AGAIN);
    else if (considered === 0) flush();
  };

  const add = (path: string, noticed: number): void => {
    if (files.size === 0) {
      first = noticed;
      delivery = createDelivery();
    }
    files.add(path);
    last = performance.now();
    arm(quietAfter(files.size));
  };

  return {
    consider: async (path, noticed, isNew) => {
      considered += 1;
      const added = await isNew;
      considered -= 1;
      if (added) add(path, noticed);
      else if (isDue) flushWhenQuiet(last);
    },
    has: (path) => files.has(path),
    delivered: () => delivery.promise,
    close: () => {
      clearTimeout(timer);
      files.clear();
    },
  };
}

function quietAfter(count: number): number {
  return QUIET.find(({ files }) => count <= files)?.quiet ?? 0;
}

interface Delivery {
  promise: Promise<void>;
  resolve(done?: Promise<void>): void;
}

function createDelivery(): Delivery {
  let resolve: Delivery['resolve'] = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
