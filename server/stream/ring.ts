/** A bounded list that forgets its oldest. */

export interface Ring<Item> {
  /** Adds an item; what had to go for it, if anything. */
  push(item: Item): Item | undefined;
  items(): Item[];
  clear(): void;
}

export function createRing<Item>(capacity: number): Ring<Item> {
  let items: Item[] = [];
  let start = 0;
  return {
    push: (item) => {
      if (items.length < capacity) {
        items.push(item);
        return undefined;
      }
      const oldest = items[start];
      items[start] = item;
      start = (start + 1) % capacity;
      return oldest;
    },
    items: () => [...items.slice(start), ...items.slice(0, start)],
    clear: () => {
      items = [];
      start = 0;
    },
  };
}
