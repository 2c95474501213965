/** One request, one answer; by default on a connection of its own. */

import http from 'node:http';

export interface HttpRequest {
  method?: string;
  headers?: http.OutgoingHttpHeaders;
  body?: string | Uint8Array;
  /** Share one to keep connections alive between requests. */
  agent?: http.Agent;
  /** A Unix socket to connect to instead of the URL's host. */
  socketPath?: string;
}

export interface HttpAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

export function send(url: string | URL, request: HttpRequest = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = open(url, request, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(answer(response, chunks)));
    });
    outgoing.on('error', reject);
  });
}

/** Resolves at the head of the answer; the body is left to read as it comes. */
export function openStream(url: string | URL): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    open(url, {}, resolve).on('error', reject);
  });
}

function open(
  url: string | URL,
  { method = 'GET', headers = {}, body, agent, socketPath }: HttpRequest,
  onResponse: (response: http.IncomingMessage) => void,
): http.ClientRequest {
  const options = { method, headers, agent: agent ?? false, ...(socketPath && { socketPath }) };
  const outgoing = http.request(url, options, onResponse);
  outgoing.setTimeout(30_000, () => outgoing.destroy(new Error(`${method} ${url}: no answer`)));
  return outgoing.end(body);
}

const answer = (response: http.IncomingMessage, chunks: Buffer[]): HttpAnswer => ({
  status: response.statusCode ?? 0,
  headers: response.headers,
  body: Buffer.concat(chunks).toString('utf8'),
});
