/** Looking up in a list that is sorted by a growing key, as rows and log lines are. */

/** The index of the first item whose key is not less; the length if there is none. */
export function lowerBound<Item>(
  items: readonly Item[],
  key: number,
  keyOf: (item: Item) => number,
): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyOf(items[middle] as Item) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function findByKey<Item>(
  items: readonly Item[],
  key: number | null,
  keyOf: (item: Item) => number,
): Item | undefined {
  if (key === null) return undefined;
  const item = items[lowerBound(items, key, keyOf)];
  return item !== undefined && keyOf(item) === key ? item : undefined;
}
