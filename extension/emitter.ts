/** A typed event: those who listen, and a way to tell them. Knows nothing of `vscode`. */

export interface Disposable {
  dispose(): void;
}

/** Subscribes; dispose the answer to stop listening. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

export interface Emitter<T> {
  readonly event: Event<T>;
  fire(value: T): void;
}

export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    event(listener) {
      // Wrapped, so that one function may listen twice.
      const entry = (value: T) => listener(value);
      listeners.add(entry);
      return { dispose: () => void listeners.delete(entry) };
    },
    fire(value) {
      for (const listener of [...listeners]) listener(value);
    },
  };
}
