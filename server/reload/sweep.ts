/**
 * The cheap check for what no event told of: network mounts give none, and the system's limit on
 * watched folders may be reached. Every file's times are looked at about once a second, a few at a
 * time, and never for more than 1/400 of the time.
 */

/** Milliseconds; all files are looked at in as many slices as make a round. */
const SLICE_EVERY = 250;
const SLICES = 4;
/** Milliseconds that a slice may take: files that are slow to look at hold up nobody. */
const SLICE_LONGEST = 2;
/** How many times as long as a slice took the next is waited for. */
const REST = 400;

export interface Sweep {
  close(): void;
}

/** `look` is called with each file; which there are is seen at the start of each round. */
export function startSweep(files: Array<Iterable<string>>, look: (path: string) => void): Sweep {
  let round: string[] = [];
  let next = 0;
  let timer: NodeJS.Timeout;

  const slice = (): void => {
    const started = performance.now();
    if (next >= round.length) {
      round = files.flatMap((some) => [...some]);
      next = 0;
    }
    const end = Math.min(round.length, next + Math.ceil(round.length / SLICES));
    for (; next < end && performance.now() - started < SLICE_LONGEST; next += 1) {
      look(round[next] ?? '');
    }
    rest(performance.now() - started);
  };

  const rest = (worked: number): void => {
    timer = setTimeout(slice, Math.max(SLICE_EVERY, worked * REST));
    timer.unref();
  };

  rest(0);
  return { close: () => clearTimeout(timer) };
}
