import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLogLine, withoutToken } from '../../../extension/logLine.ts';

test("Gunicorn's lines lose their prefix and keep their level", () => {
  const line = '[2026-11-22 10:41:39 +0000] [4711] [WARNING] Worker 2 was killed';
  assert.deepEqual(parseLogLine(line), { level: 'warn', message: 'Worker 2 was killed' });
});

test('any other line passes as it is', () => {
  assert.deepEqual(parseLogLine('[not] a log line'), {
    level: 'info',
    message: '[not] a log line',
  });
});

test('the token is not written to the log', () => {
  const line = 'Panel: http://127.0.0.1:4711/#token=s3cret-Token_1';
  assert.equal(withoutToken(line), 'Panel: http://127.0.0.1:4711/#token=…');
});
