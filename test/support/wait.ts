/** Waiting for a condition, with a deadline that says what was waited for. */

import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls until `condition` gives something other than undefined, null or false.
 * @throws Error `waited N s for WHAT` at the deadline, with the last error if there was one.
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  { seconds = 30, interval = 20 }: { seconds?: number; interval?: number } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + seconds * 1000;
  let cause: unknown;
  while (performance.now() < deadline) {
    try {
      const value = await condition();
      if (value !== undefined && value !== null && value !== false) {
        return value as NonNullable<Exclude<T, false>>;
      }
    } catch (error) {
      cause = error;
    }
    await sleep(interval);
  }
  throw new Error(`waited ${seconds} s for ${what}`, { cause });
}

/** Rejects when `promise` takes longer than `seconds`. */
export async function within<T>(seconds: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${seconds} s for ${what}`)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
