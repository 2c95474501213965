/**
 * When to draw. What a person does shows in the next frame. What the server tells is drawn after a rest
 * that grows with what a drawing costs, so that the page stays free for the person however much comes.
 */

interface Rest {
  /** Milliseconds. */
  least: number;
  most: number;
  /** Times what the last drawing took. */
  byCost: number;
}

/** Half of the time is the person's, who waits for news above all. */
const LOOKING: Rest = { least: 20, most: 100, byCost: 1 };
/** While somebody scrolls nearly all of it is: the list draws what comes into view by itself. */
const SCROLLING: Rest = { least: 150, most: 300, byCost: 4 };

export interface Pacer {
  /** Something new came from the server. */
  news(): void;
  /** The page is being scrolled. */
  scrolled(): void;
  /** Everything known is being drawn now. */
  drawing(): void;
}

export function createPacer(draw: () => void): Pacer {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = 0;
  let cost = 0;
  let scrolledAt = Number.NEGATIVE_INFINITY;

  const due = (now: number): number => {
    const { least, most, byCost } = now - scrolledAt < SCROLLING.least ? SCROLLING : LOOKING;
    return ended + Math.min(most, Math.max(least, cost * byCost));
  };

  function wake(): void {
    timer = undefined;
    draw();
  }

  return {
    news() {
      const now = performance.now();
      timer ??= setTimeout(wake, Math.max(0, due(now) - now));
    },
    scrolled() {
      scrolledAt = performance.now();
    },
    drawing() {
      clearTimeout(timer);
      timer = undefined;
      const begin = performance.now();
      // The next task comes after this frame's style, layout and paint: they are part of the cost.
      setTimeout(() => {
        ended = performance.now();
        cost = ended - begin;
      });
    },
  };
}
