/** Changes that come together are one: paths are collected until it is quiet. */

/** Milliseconds of quiet that end a change, and how long it may take at most. */
const QUIET = 8;
const LONGEST = 200;

export interface Batch {
  add(path: string, at: number): void;
  /** Resolves when what was added so far has been dealt with. */
  delivered(): Promise<void>;
  close(): void;
}

/** `noticed` is `performance.now()` at the first path. */
export function createBatch(deliver: (files: string[], noticed: number) => Promise<void>): Batch {
  const files = new Set<string>();
  let first = 0;
  let timer: NodeJS.Timeout | undefined;
  let delivery = createDelivery();
  delivery.resolve();

  const flush = (): void => {
    const all = [...files];
    files.clear();
    delivery.resolve(deliver(all, first));
  };
  return {
    add: (path, at) => {
      if (files.size === 0) {
        first = at;
        delivery = createDelivery();
      }
      files.add(path);
      clearTimeout(timer);
      timer = setTimeout(flush, Math.max(0, Math.min(QUIET, first + LONGEST - performance.now())));
    },
    delivered: () => delivery.promise,
    close: () => clearTimeout(timer),
  };
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
