/** What is asked of every peer under load. */

import type { Load } from './wrk.ts';

export interface Scenario {
  name: string;
  app: 'bare' | 'flask' | 'django';
  load: Load;
}

const CLOSE = { Connection: 'close' };

/** What a browser sends, more or less. */
const TEN_HEADERS = {
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language': 'en-US,en;q=0.5',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  Referer: 'http://127.0.0.1/previous/page',
  Cookie: 'sessionid=mc0v3yf4w0c8mt2kqyq0i3f9vqzc8k6b; csrftoken=Zx0gH8Vq2yQ',
  'Upgrade-Insecure-Requests': '1',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
  'Cache-Control': 'max-age=0',
};

const bare = (name: string, path: string, load: Partial<Load> = {}): Scenario => ({
  name,
  app: 'bare',
  load: { path, connections: 16, ...load },
});

/** `cookie` is that of a session in the Django app's database. */
export const scenarios = (cookie: string): Scenario[] => [
  bare('hello', '/'),
  bare('hello, 1 connection', '/', { connections: 1 }),
  bare('hello, 256 connections', '/', { connections: 256 }),
  bare('hello, no keep-alive', '/', { headers: CLOSE }),
  bare('10 headers', '/', { headers: TEN_HEADERS }),
  bare('1 KB post', '/sink', { body: 'x'.repeat(1024) }),
  bare('10 KB response', '/10k'),
  bare('1 MB response', '/1m'),
  { name: 'Flask', app: 'flask', load: { path: '/hello', connections: 16 } },
  { name: 'Flask, template', app: 'flask', load: { path: '/', connections: 16 } },
  {
    name: 'Django, session and query',
    app: 'django',
    load: { path: '/', connections: 16, headers: { Cookie: cookie } },
  },
];
