import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, parseAddress } from '../../../server/settings/address.ts';

const FORMS: [string, string][] = [
  ['127.0.0.1:8000', '127.0.0.1:8000'],
  ['localhost', 'localhost:8000'],
  ['LOCALHOST:0', 'localhost:0'],
  ['', '0.0.0.0:8000'],
  [':9000', '0.0.0.0:9000'],
  ['tcp://10.0.0.1:80', '10.0.0.1:80'],
  ['[::1]:8000', '[::1]:8000'],
  ['[::1]', '[::1]:8000'],
  ['unix:/run/app.sock', 'unix:/run/app.sock'],
  ['unix:///run/app.sock', 'unix:/run/app.sock'],
  ['unix:app.sock', 'unix:app.sock'],
  ['fd://3', 'fd://3'],
];

test('each form that Gunicorn takes has one form here', () => {
  for (const [given, form] of FORMS) assert.equal(formatAddress(parseAddress(given)), form);
});

test('what is no port and no descriptor is refused', () => {
  assert.throws(() => parseAddress('127.0.0.1:'), { message: "'' is not a valid port number" });
  assert.throws(() => parseAddress('a:65536'), { message: "'65536' is not a valid port number" });
  assert.throws(() => parseAddress('fd://x'), { message: "'x' is not a valid file descriptor" });
});
