/** Random numbers that can be had again: a test prints its seed. */

export interface Random {
  readonly seed: number;
  /** 0 … limit - 1. */
  below(limit: number): number;
}

/** The seed is PREFORK_TEST_SEED, if that is set, else another one each time (Mulberry32). */
export function seededRandom(): Random {
  const seed = Number(process.env['PREFORK_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  let state = seed;
  return {
    seed,
    below(limit) {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
    },
  };
}
