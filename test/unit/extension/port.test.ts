import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pickPort } from '../../../extension/port.ts';
import { freePort } from '../../support/freePort.ts';

test('a port that is asked for is taken as it is', async () => {
  const port = await freePort();
  assert.equal(await pickPort(port, [port]), port);
});

test('a free one is not one that was promised to another server', async () => {
  const first = await pickPort(0);
  const second = await pickPort(0, [first]);
  assert.ok(second > 0);
  assert.notEqual(second, first);
});
