import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseProc, parsePs, usageOf } from '../../../server/arbiter/usage.ts';

test('what Linux says of a process, whatever its name', () => {
  const status = 'Name:\tpython\nVmPeak:\t  90000 kB\nVmRSS:\t   20480 kB\n';
  const stat = `42 (a ) b) S ${Array.from({ length: 10 }, () => 1).join(' ')} 150 50 9 9`;
  assert.deepEqual(parseProc(status, stat), { memory: 20_480 * 1024, cpu: 2_000_000 });
});

test('what ps says on macOS', () => {
  const text = '  501  1024   0:01.50\n  502 2048 1-02:03:04\n\n';
  assert.deepEqual(
    [...parsePs(text)],
    [
      [501, { memory: 1024 * 1024, cpu: 1_500_000 }],
      [502, { memory: 2048 * 1024, cpu: ((24 + 2) * 3600 + 3 * 60 + 4) * 1_000_000 }],
    ],
  );
});

test('this process, and one that has ended', async () => {
  const usage = await usageOf([process.pid, 4_194_304]);
  assert.deepEqual([...usage.keys()], [process.pid]);
  assert.ok((usage.get(process.pid)?.memory ?? 0) > 1 << 20);
});
