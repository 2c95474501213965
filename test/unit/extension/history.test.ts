import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHistory } from '../../../extension/history.ts';
import type { KeptEvent } from '../../../server/stream/protocol.ts';
import { ordersProfile } from '../../support/profileSamples.ts';
import { ended, ROOT } from '../../support/streamEvents.ts';
import { ordersTrace } from '../../support/traceSamples.ts';
import { exceptionEvent, kept, logEvent, reloadEvent, workerEvent } from './events.ts';

test('keeps the newest and gives what is newer than asked', () => {
  const history = createHistory({ log: 3 });
  const events = Array.from({ length: 8 }, () => logEvent());
  for (const event of events) history.add([event]);
  assert.deepEqual(history.after(0), events.slice(-3));
  assert.deepEqual(history.after(events.at(-2)?.sequence ?? 0), events.slice(-1));
});

test('a talkative type evicts no other; of states the last is kept', () => {
  const history = createHistory({ log: 3 });
  const request: KeptEvent = { ...ended(1), ...kept(), started: 0 };
  const [first, last] = [workerEvent({ state: 'booting' }), workerEvent()];
  history.add([request, first, last]);
  for (let count = 0; count < 100; count += 1) history.add([logEvent()]);
  assert.deepEqual(history.after(0).slice(0, 2), [request, last]);
  assert.equal(history.after(0).length, 5);
});

test('workers that come and go leave no more than the last of each slot', () => {
  const history = createHistory();
  for (let pid = 1; pid <= 50; pid += 1) {
    const worker = { worker: 1, 'process.pid': pid };
    history.add([workerEvent(worker), workerEvent({ ...worker, state: 'exited' })]);
  }
  assert.deepEqual(
    history.after(0).map((event) => event.type === 'worker' && event['process.pid']),
    [50],
  );
});

test('a request that runs is kept until it ends, or its worker does', () => {
  const history = createHistory();
  const started = { ...ended(1), ...kept(), type: 'request.started' } as KeptEvent;
  history.add([started]);
  history.clear();
  assert.deepEqual(history.after(0), [started]);
  const exited = workerEvent({ 'process.pid': ended(1)['process.pid'], state: 'exited' });
  history.add([exited]);
  assert.deepEqual(history.after(0), [exited]);
});

test('what somebody else has cleared is gone here, too', () => {
  const history = createHistory();
  const worker = workerEvent();
  const cleared: KeptEvent = { ...kept(), type: 'cleared' };
  history.add([worker, logEvent(), cleared]);
  assert.deepEqual(history.after(0), [worker, cleared]);
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
  const trace = { ...ordersTrace(), profile: ordersProfile() };
  const details = { request, logs: [], exceptions: [], trace };
  history.learn(details);
  const names = ['orders/views.py', 'orders/templates/orders/list.html', 'orders/rates.py'];
  for (const name of [...names, 'orders/pricing.py']) {
    assert.ok(history.names(`${ROOT}/${name}`), name);
  }
  assert.ok(!history.names('/etc/passwd'));
  for (let other = 0; other < 20; other += 1) history.learn({ ...details, trace: null });
  assert.ok(!history.names(`${ROOT}/orders/views.py`), 'only of the requests opened last');
});

test('leads to the panels of other servers that the page was told of, and to nothing else', () => {
  const history = createHistory();
  const panel = 'http://127.0.0.1:8123/#token=abc';
  const service = { app: 'rates:app', addresses: ['http://127.0.0.1:9000'], requests: [] };
  history.learn({ services: [service, { ...service, panel }] });
  assert.ok(history.leadsTo(panel));
  assert.ok(history.leadsTo(`${panel}&request=00000000000000ff`));
  for (const other of [`${panel}&request=../x`, `${panel}d`, 'http://127.0.0.1:9000', '']) {
    assert.ok(!history.leadsTo(other), other);
  }
});
