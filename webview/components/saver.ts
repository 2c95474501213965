/** Saves what a person has set up a moment after it changed, not at each drawing. */

const DELAY = 250;

export function createSaver(save: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    save();
  };
  return {
    save: (): void => {
      timer ??= setTimeout(flush, DELAY);
    },
    /** At once, if something waits: the page is about to go. */
    flush,
  };
}
