/** The panel page's files, and nothing else, over HTTP. */

import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

/** All that is served; there is no path from a request into the file system. */
const FILES: Record<string, [file: string, type: string]> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/panel.js': ['panel.js', 'text/javascript; charset=utf-8'],
  '/panel.css': ['panel.css', 'text/css; charset=utf-8'],
};

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'font-src data:',
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Answers one request from `folder`; what is not of the panel is 404. */
export async function servePanel(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?');
  const found = request.method === 'GET' ? FILES[path] : undefined;
  if (!found) return end(response, 404, 'Not found\n');
  try {
    const content = await readFile(join(folder, found[0]));
    response.writeHead(200, { ...HEADERS, 'Content-Type': found[1] }).end(content);
  } catch {
    end(response, 404, `The panel is not built: ${found[0]} is missing\n`);
  }
}

export function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain' }).end(text);
}
