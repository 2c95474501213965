/**
 * A bounded list that forgets its oldest, but keeps the last few of each key: a busy route evicts no
 * quiet one. Each item moves at most once, so adding one takes constant time.
 */

export interface QuotaRing<Item> {
  push(item: Item): void;
  /** In the order in which they came, those that are kept beyond their time first. */
  items(): Item[];
  /** How many there were and are no longer; what was cleared is not counted. */
  readonly evicted: number;
  clear(): void;
}

export interface Quota<Item> {
  capacity: number;
  /** How many of each key are kept at least, as long as they fill no more than half of the list. */
  least: number;
  keyOf(item: Item): string;
}

interface Entry<Item> {
  item: Item;
  key: string;
  /** Which of its key's it is, counted from 1. */
  ordinal: number;
}

interface Key<Item> {
  total: number;
  kept: number;
  /** Passed over when their turn to go had come, oldest first. */
  reserved: Queue<Entry<Item>>;
}

export function createQuotaRing<Item>({ capacity, least, keyOf }: Quota<Item>): QuotaRing<Item> {
  let line = createQueue<Entry<Item>>();
  let keys = new Map<string, Key<Item>>();
  let reserved = 0;
  let evicted = 0;

  const forget = (key: string, entry: Key<Item>): void => {
    evicted += 1;
    entry.kept -= 1;
    if (entry.kept === 0) keys.delete(key);
  };
  const makeRoom = (): void => {
    while (line.size + reserved > capacity) {
      const oldest = line.shift();
      const key = oldest && keys.get(oldest.key);
      if (!oldest || !key) return;
      if (key.total - oldest.ordinal < least && reserved < capacity / 2) {
        key.reserved.push(oldest);
        reserved += 1;
      } else {
        forget(oldest.key, key);
      }
    }
  };

  return {
    push: (item) => {
      const name = keyOf(item);
      const key = keys.get(name) ?? { total: 0, kept: 0, reserved: createQueue() };
      keys.set(name, key);
      key.total += 1;
      key.kept += 1;
      line.push({ item, key: name, ordinal: key.total });
      const passed = key.reserved.first;
      if (passed && key.total - passed.ordinal >= least) {
        key.reserved.shift();
        reserved -= 1;
        forget(name, key);
      }
      makeRoom();
    },
    items: () => {
      const passed = [...keys.values()].flatMap((key) => key.reserved.items());
      return [...passed, ...line.items()].map(({ item }) => item);
    },
    get evicted() {
      return evicted;
    },
    clear: () => {
      line = createQueue();
      keys = new Map();
      reserved = 0;
    },
  };
}

interface Queue<Item> {
  readonly size: number;
  readonly first: Item | undefined;
  push(item: Item): void;
  shift(): Item | undefined;
  items(): Item[];
}

/** An array whose start moves; `Array.shift` moves all of a long one. */
function createQueue<Item>(): Queue<Item> {
  let items: Item[] = [];
  let start = 0;
  return {
    get size() {
      return items.length - start;
    },
    get first() {
      return items[start];
    },
    push: (item) => {
      items.push(item);
    },
    shift: () => {
      const item = items[start];
      if (start < items.length) start += 1;
      if (start > 1_000 && start * 2 > items.length) {
        items = items.slice(start);
        start = 0;
      }
      return item;
    },
    items: () => items.slice(start),
  };
}
