/** The library modules that the app was seen to import: what the zygote is asked to preload. */

export interface Learned {
  /** What a worker imported, in the order in which the imports completed, and all it has loaded. */
  add(modules: string[], loaded: string[]): void;
  /** What the zygote answered: preloaded, or rejected and why. */
  settle(modules: string[], rejected: Record<string, string>): void;
  /** What is worth asking for now; empty when there is nothing new. */
  wanted(): string[];
  /** Every module that the app was seen to load: the zygote may load these and no others. */
  loaded(): string[];
  /** A new zygote has preloaded nothing yet. */
  forget(): void;
}

/** An app that patches the standard library early must not find it loaded already. */
const PATCHERS = ['gevent.monkey', 'eventlet'];

export function createLearned(): Learned {
  const known = new Set<string>();
  const loaded = new Set<string>();
  const rejected = new Set<string>();
  let preloaded = new Set<string>();
  return {
    add: (modules, seen) => {
      for (const name of modules) known.add(name);
      for (const name of seen) loaded.add(name);
    },
    loaded: () => [...loaded],
    settle: (modules, verdict) => {
      preloaded = new Set([...preloaded, ...modules]);
      for (const name of Object.keys(verdict)) rejected.add(name);
    },
    wanted: () => {
      if (PATCHERS.some((name) => known.has(name))) return [];
      return [...known].filter((name) => !preloaded.has(name) && !rejected.has(name));
    },
    forget: () => {
      preloaded = new Set();
    },
  };
}
