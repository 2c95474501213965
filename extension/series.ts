/** What happens again and again is told once: by what it is about, until it has been quiet for a while. Pure. */

export interface Series {
  /** Whether this is the first of a series. */
  begins(subject: unknown): boolean;
}

/** @param quiet milliseconds after which the next is the first of another series */
export function createSeries(quiet: number, now = Date.now): Series {
  const last = new Map<unknown, number>();
  return {
    begins(subject) {
      const before = last.get(subject);
      last.set(subject, now());
      return before === undefined || now() - before > quiet;
    },
  };
}
