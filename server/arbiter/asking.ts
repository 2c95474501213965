/** Questions that a worker answers on its control channel, each by its number. */

import type { WorkerCommand, WorkerReport } from './control.ts';
import type { Worker } from './worker.ts';

export type Answer = Extract<WorkerReport, { id: number }>;
type Numbered = Extract<WorkerCommand, { id: number }>;
type Question = Numbered extends infer One
  ? One extends Numbered
    ? Omit<One, 'id'>
    : never
  : never;

let asked = 0;

/** Resolves with its answer; null when it ended first or is late. */
export function ask(worker: Worker, question: Question, seconds: number): Promise<Answer | null> {
  asked += 1;
  const answer = worker.answered(asked, seconds);
  worker.send({ ...question, id: asked } as Numbered);
  return answer;
}
