/** Somebody who takes OTLP/HTTP, and answers as a test wants. */

import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { cleanUp } from './cleanup.ts';
import { type ReadLog, type ReadSpan, readOtlp } from './otlpReader.ts';

export interface Post {
  path: string;
  body: string;
  time: number;
}

export interface TestCollector {
  endpoint: string;
  /** All that was posted, whatever was answered. */
  posts: Post[];
  /** Of all posts. */
  spans(): ReadSpan[];
  logs(): ReadLog[];
}

type Answer = (response: ServerResponse, post: Post) => void;

export async function startCollector(
  t: TestContext,
  answer: Answer = (response) => response.end('{"partialSuccess":{}}'),
): Promise<TestCollector> {
  const posts: Post[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const post = { path: request.url ?? '', body, time: performance.now() };
    posts.push(post);
    answer(response, post);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp(t, () => {
    server.closeAllConnections();
    server.close();
  });
  const read = (path: string) =>
    posts.filter((post) => post.path === path).map(({ body }) => readOtlp(body));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    spans: () => read('/v1/traces').flatMap(({ spans }) => spans),
    logs: () => read('/v1/logs').flatMap(({ logs }) => logs),
  };
}
