/** Drives wrk, and reads what it says. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietly } from '../../setup/quietly.ts';

export interface Load {
  path: string;
  connections: number;
  headers?: Record<string, string>;
  /** Posted when it is there. */
  body?: string;
}

export interface Measured {
  requests: number;
  perSecond: number;
  /** In ms. */
  median: number;
  p99: number;
  /** Failed connections, reads, writes, timeouts, and answers that are not 2xx or 3xx. */
  errors: number;
}

/** @throws Error when wrk does not end, or says nothing that can be read. */
export async function wrk(url: string, load: Load, seconds: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'pf-wrk-'));
  const script = join(folder, 'load.lua');
  writeFileSync(script, luaOf(load));
  const args = ['--threads', '1', '--connections', `${load.connections}`, '--script', script];
  try {
    const text = await quietly(
      'wrk',
      [...args, '--duration', `${Math.ceil(seconds)}s`, '--timeout', '10s', `${url}${load.path}`],
      { minutes: Math.ceil((seconds + 30) / 60) },
    );
    return JSON.parse(text.slice(text.lastIndexOf('{'))) as Measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** wrk counts in µs; its own report rounds, so that this one is written by its `done` hook. */
function luaOf({ headers = {}, body }: Load): string {
  const fields = Object.entries(headers).map(
    ([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`,
  );
  const post =
    body === undefined ? [] : ['wrk.method = "POST"', `wrk.body = ${JSON.stringify(body)}`];
  return [...fields, ...post, DONE].join('\n');
}

const DONE = `
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests": %d, "perSecond": %.1f, "median": %.3f, "p99": %.3f, "errors": %d}\\n',
    summary.requests, summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.connect + e.read + e.write + e.status + e.timeout))
end
`;
