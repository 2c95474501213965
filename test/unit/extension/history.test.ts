import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHistory } from '../../../extension/history.ts';
import { ended, ROOT } from '../../support/streamEvents.ts';
import { ordersTrace } from '../../support/traceSamples.ts';
import { exceptionEvent, logEvent, reloadEvent } from './events.ts';

test('keeps the newest and gives what is newer than asked', () => {
  const history = createHistory(3);
  const events = Array.from({ length: 8 }, () => logEvent());
  for (const event of events) history.add([event]);
  assert.deepEqual(history.after(0), events.slice(-3));
  assert.deepEqual(history.after(events.at(-2)?.sequence ?? 0), events.slice(-1));
});

test('names only files that its events name', () => {
  const history = createHistory();
  const frame = {
    'code.file.path': '/app/views.py',
    'code.line.number': 1,
    'code.function.name': 'f',
    source: '',
    own: true,
  };
  history.add([
    exceptionEvent({ frames: [frame] }),
    logEvent({ 'code.file.path': '/app/logs.py' }),
    reloadEvent({ files: ['/app/models.py'] }),
  ]);
  for (const name of ['views', 'logs', 'models']) assert.ok(history.names(`/app/${name}.py`), name);
  assert.ok(!history.names('/etc/passwd'));
  history.clear();
  assert.ok(!history.names('/app/views.py'));
});

test('names the files of what the page was told of a request', () => {
  const history = createHistory();
  const request = { ...ended(1), sequence: 1, time: 1, started: 0 };
  const details = { request, logs: [], exceptions: [], trace: ordersTrace() };
  history.learn(details);
  for (const name of ['orders/views.py', 'orders/templates/orders/list.html', 'orders/rates.py']) {
    assert.ok(history.names(`${ROOT}/${name}`), name);
  }
  assert.ok(!history.names('/etc/passwd'));
  for (let other = 0; other < 20; other += 1) history.learn({ ...details, trace: null });
  assert.ok(!history.names(`${ROOT}/orders/views.py`), 'only of the requests opened last');
});
