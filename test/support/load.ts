/** Keep-alive load that forgives nothing: every refused, failed and stale answer is counted. */

import http from 'node:http';
import { send } from './http.ts';

export interface Load {
  readonly answers: number;
  /** What went wrong, one entry a request: never retried. */
  readonly failures: readonly string[];
  /** Answers of an older version than was expected when their request was sent. */
  readonly stale: number;
  expect(version: number): void;
  /** Resolves when every request under way is answered. */
  stop(): Promise<void>;
}

/** The answers of `url` have their version in them: `version 3 …`. */
export function startLoad(url: string, connections = 4): Load {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const failures: string[] = [];
  let expected = 0;
  let answers = 0;
  let stale = 0;
  let stopped = false;

  async function ask(): Promise<void> {
    const wanted = expected;
    try {
      const { status, body } = await send(url, { agent });
      answers += 1;
      if (status !== 200) failures.push(`${status} ${body.slice(0, 200)}`);
      else if (versionOf(body) < wanted) stale += 1;
    } catch (error) {
      failures.push(String(error));
    }
  }

  async function askAndAsk(): Promise<void> {
    while (!stopped) await ask();
  }

  const loops = Array.from({ length: connections }, askAndAsk);
  return {
    get answers() {
      return answers;
    },
    failures,
    get stale() {
      return stale;
    },
    expect(version) {
      expected = version;
    },
    async stop() {
      stopped = true;
      await Promise.all(loops);
      agent.destroy();
    },
  };
}

const versionOf = (body: string): number => Number(/version (\d+)/.exec(body)?.[1] ?? 0);
