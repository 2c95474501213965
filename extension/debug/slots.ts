/** Which workers a root session debugs: slots, or all but those that the user has detached from. Pure. */

export interface Slots {
  add(slot: number | 'all'): void;
  /** The user detached from it: its next worker is not debugged either. */
  remove(slot: number): void;
  has(slot: number): boolean;
  /** None is wanted, nor will be before one is added. */
  readonly empty: boolean;
  clear(): void;
}

export function createSlots(): Slots {
  const wanted = new Set<number>();
  const left = new Set<number>();
  let all = false;

  return {
    add(slot) {
      if (slot === 'all') {
        all = true;
        left.clear();
        return;
      }
      wanted.add(slot);
      left.delete(slot);
    },
    remove(slot) {
      wanted.delete(slot);
      left.add(slot);
    },
    has: (slot) => wanted.has(slot) || (all && !left.has(slot)),
    get empty() {
      return !all && wanted.size === 0;
    },
    clear() {
      all = false;
      wanted.clear();
    },
  };
}
