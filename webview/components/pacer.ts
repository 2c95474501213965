/**
 * When to draw. What a person does shows in the next frame. What the server tells is drawn after a rest
 * that grows with what a drawing costs, so that the page stays free for the person however much comes.
 */

/** Milliseconds between two drawings of news, at least. */
const LEAST_REST = 25;
const LONGEST_REST = 250;
/** The same while somebody scrolls: the list draws what comes into view by itself. */
const SCROLLING_REST = 150;
/** Three quarters of the time are the person's. */
const REST_BY_COST = 3;

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
  let rest = LEAST_REST;
  let scrolledAt = Number.NEGATIVE_INFINITY;

  const due = (now: number): number => {
    const isScrolling = now - scrolledAt < SCROLLING_REST;
    return ended + (isScrolling ? Math.max(rest, SCROLLING_REST) : rest);
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
        rest = Math.min(LONGEST_REST, Math.max(LEAST_REST, (ended - begin) * REST_BY_COST));
      });
    },
  };
}
