/** Undoing what a test made, last first: the server stops before its folder goes. */

import type { TestContext } from 'node:test';

type Undo = () => unknown;

const undosOf = new WeakMap<TestContext, Undo[]>();

export function cleanUp(test: TestContext, undo: Undo): void {
  const undos = undosOf.get(test);
  if (undos) {
    undos.push(undo);
  } else {
    undosOf.set(test, [undo]);
    test.after(() => undoAll(test));
  }
}

/** All of them, even when one fails; then the first failure. */
async function undoAll(test: TestContext): Promise<void> {
  const errors: unknown[] = [];
  for (const undo of (undosOf.get(test) ?? []).reverse()) {
    try {
      await undo();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
