/** Who may open the stream. */

import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { createToken, refusal } from '../../../server/stream/access.ts';

const TOKEN = createToken();

function asked(headers: Record<string, string>, token = TOKEN): IncomingMessage {
  const request = { headers, url: `/stream?token=${token}`, socket: { localPort: 4000 } };
  return request as unknown as IncomingMessage;
}

test('a token has 256 bits and is never the same', () => {
  assert.equal(Buffer.from(TOKEN, 'base64url').length, 32);
  assert.notEqual(createToken(), TOKEN);
});

test('the editor and the panel’s own page are let in', () => {
  const host = '127.0.0.1:4000';
  assert.equal(refusal(asked({ host }), TOKEN, '127.0.0.1'), null);
  assert.equal(refusal(asked({ host, origin: 'http://127.0.0.1:4000' }), TOKEN, '127.0.0.1'), null);
  assert.equal(refusal(asked({ host: 'localhost:4000' }), TOKEN, '127.0.0.1'), null);
});

test('others are not', () => {
  const host = '127.0.0.1:4000';
  const refused: Array<[IncomingMessage, RegExp]> = [
    [asked({ host }, ''), /token/],
    [asked({ host }, `${TOKEN}x`), /token/],
    [asked({ host, origin: 'http://evil.example' }), /Origin/],
    [asked({ host, origin: 'http://127.0.0.1:4001' }), /Origin/],
    [asked({ host, origin: 'https://127.0.0.1:4000' }), /Origin/],
    [asked({ host, origin: 'null' }), /Origin/],
    [asked({ host: 'evil.example:4000' }), /Host/],
    [asked({ host: '127.0.0.1' }), /Host/],
    [asked({}), /Host/],
  ];
  for (const [request, why] of refused) {
    assert.match(refusal(request, TOKEN, '127.0.0.1') ?? 'let in', why);
  }
});
