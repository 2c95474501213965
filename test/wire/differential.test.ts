/**
 * The same bytes to the worker, h11 and Node's parser: whole, byte by byte and (in Python, without
 * sockets) cut at every position. The worker may refuse more, and the corpus says where and why; it may
 * not take what the other two refuse, nor read a request otherwise than they do.
 */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { runFuzzing } from '../support/fuzzing.ts';
import { exchange, type Outcome, type Seen, startNodeParser } from '../support/parsers.ts';
import { startServer } from '../support/server.ts';

interface Read {
  requests: Seen[];
  end: string | number;
}

interface Case {
  name: string;
  data: string;
  alone: string;
  stricter: string;
  ours: Read;
  h11: Read;
  faults: string[];
}

/** Tells in a header what it saw, so that an answer to HEAD tells it too. */
const ECHO = `
import base64, json

def application(environ, start_response):
    body = base64.b64encode(environ["wsgi.input"].read()).decode()
    seen = {"method": environ["REQUEST_METHOD"], "target": environ["RAW_URI"], "body": body}
    told = base64.b64encode(json.dumps(seen).encode()).decode()
    start_response("200 OK", [("X-Seen", told), ("Content-Length", "0")])
    return []
`;

/** Node has a list of methods, and takes only those. */
const refusedByNodeAlone = new Set(['an unregistered method']);

const cases = await readCases();

test('the corpus is what the worker does, however it is cut, and h11 sees the same', () => {
  const faults = cases.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`));
  assert.deepEqual(faults, []);
  assert.ok(cases.length > 150);
});

test("Node's parser sees the same requests", async (t) => {
  const parser = await startNodeParser(t);
  const differences: string[] = [];
  for (const case_ of cases) {
    const data = Buffer.from(case_.data, 'base64');
    differences.push(...judge(case_, await parser.read([data])));
  }
  assert.deepEqual(differences, []);
});

test('the server on a socket does the same, whole and byte by byte', async (t) => {
  const port = await startEcho(t);
  for (const { name, data, ours } of cases) {
    const bytes = Buffer.from(data, 'base64');
    const bytewise = Array.from(bytes.subarray(0, 300), (byte) => Uint8Array.of(byte));
    const wanted = outcomeOf(ours);
    assert.deepEqual(seenIn(await exchange(port, [bytes])), wanted, name);
    const rest = bytes.subarray(300);
    assert.deepEqual(
      seenIn(await exchange(port, [...bytewise, rest])),
      wanted,
      `${name}, bytewise`,
    );
  }
});

test('random connections on a socket: what the parser says is what the server does', async (t) => {
  const port = await startEcho(t);
  const seed = Date.now();
  for (const { name, data, ours } of await readCases(`${seed}`, '1000')) {
    const answers = await exchange(port, [Buffer.from(data, 'base64')]);
    assert.deepEqual(seenIn(answers), outcomeOf(ours), `${name}: ${data.slice(0, 2000)}`);
  }
});

async function startEcho(test: TestContext): Promise<number> {
  const cwd = tempFolder(test);
  writeFiles(cwd, { 'wsgi.py': ECHO });
  // Nobody is trusted, as in the parser's own reading: a proxy could mount the app with SCRIPT_NAME.
  const args = ['--forwarded-allow-ips', '192.0.2.1'];
  const server = await startServer(test, { app: 'wsgi:application', cwd, dev: false, args });
  return Number(new URL(server.url).port);
}

const outcomeOf = ({ requests, end }: Read): Outcome => ({
  requests: requests.map(({ method, target, body }) => ({ method, target, body })),
  refused: typeof end === 'number',
});

async function readCases(...random: string[]): Promise<Case[]> {
  const { status, output } = await runFuzzing('differential.py', random);
  assert.equal(status, 0, output);
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case);
}

/** What is not as it should be, given what Node makes of the same bytes. */
function judge({ name, alone, stricter, ours, h11 }: Case, node: Outcome): string[] {
  const count = ours.requests.length;
  const h11Takes = h11.requests.length >= count;
  const nodeTakes = node.requests.length >= count || refusedByNodeAlone.has(name);
  const found: string[] = [];
  if (!h11Takes && !nodeTakes && !alone) found.push(`${name}: only the worker takes it`);
  if (alone && (h11Takes || nodeTakes)) found.push(`${name}: it is not alone`);
  const bothTake =
    typeof h11.end !== 'number' && h11.requests.length > count && node.requests.length > count;
  if (typeof ours.end === 'number' && bothTake && !stricter)
    found.push(`${name}: both others take it`);
  for (const [index, { method, target, body }] of ours.requests.entries()) {
    const its = node.requests[index];
    if (!its || (its.method === method && its.target === target && its.body === body)) continue;
    found.push(`${name}: Node sees ${JSON.stringify(its)}`);
  }
  return found;
}

/** The answers of the echo app; any other status is a refusal. */
function seenIn(answers: string): Outcome {
  const requests = [...answers.matchAll(/^X-Seen: (\S+)/gm)].map(([, told = '']) =>
    JSON.parse(Buffer.from(told, 'base64').toString('latin1')),
  );
  const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) =>
    Number(status),
  );
  return { requests, refused: statuses.some((status) => status >= 400) };
}
