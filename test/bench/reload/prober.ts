/**
 * Asks a server over and over who answers: half of the lanes on a fresh connection for each request,
 * half on one that they keep. Together they send a request every {@link RESOLUTION} ms, unless all
 * wait for an answer; so nothing is told more precisely than that, and the probes cost little.
 */

import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpAnswer, send } from '../../support/http.ts';
import type { Outcome, Probe } from './verdict.ts';

export const LANES = 4;
/** Between two probes, in ms. */
export const RESOLUTION = 3;

export interface Answered extends Probe {
  lane: number;
  /** The process that answered; 0 when none did. */
  pid: number;
}

export interface Prober {
  /** In the order in which they ended. */
  readonly probes: readonly Answered[];
  /** Resolves when the requests that are under way have ended. */
  stop(): Promise<void>;
}

/** `isNew` decides by the body of an answer. */
export function probe(url: string, isNew: (body: string) => boolean): Prober {
  const probes: Answered[] = [];
  const running = new AbortController();
  const lanes = Array.from({ length: LANES }, (_, lane) => run(lane));

  async function run(lane: number): Promise<void> {
    const agent = lane % 2 === 0 ? undefined : new Agent({ keepAlive: true, maxSockets: 1 });
    let due = performance.now() + lane * RESOLUTION;
    while (!running.signal.aborted) {
      await sleep(Math.max(1, due - performance.now()));
      due = performance.now() + LANES * RESOLUTION;
      probes.push({ lane, ...(await ask(url, isNew, agent)) });
    }
    agent?.destroy();
  }

  return {
    probes,
    async stop() {
      running.abort();
      await Promise.all(lanes);
    },
  };
}

/** The processes that answer: `requests` at once, on connections of their own. */
export async function answering(url: string, requests: number): Promise<number[]> {
  const asked = Array.from({ length: requests }, () => ask(url, () => true));
  return (await Promise.all(asked)).map(({ pid }) => pid).filter((pid) => pid > 0);
}

async function ask(url: string, isNew: (body: string) => boolean, agent?: Agent) {
  const sent = performance.now();
  const told = await send(url, agent ? { agent } : {}).then(
    (answer) => ({ outcome: outcomeOf(answer, isNew), pid: pidOf(answer.body) }),
    (error: NodeJS.ErrnoException) => ({ outcome: failure(error), pid: 0 }),
  );
  return { sent, ended: performance.now(), ...told };
}

function outcomeOf({ status, body }: HttpAnswer, isNew: (body: string) => boolean): Outcome {
  if (status !== 200) return 'failed';
  return isNew(body) ? 'new' : 'old';
}

const failure = ({ code }: NodeJS.ErrnoException): Outcome =>
  code === 'ECONNREFUSED' ? 'refused' : 'failed';

const pidOf = (body: string): number => Number(/pid=(\d+)/.exec(body)?.[1] ?? 0);
