import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Server } from '../../../extension/server.ts';
import type { HostState } from '../../../extension/serverHost.ts';
import { createServerModel } from '../../../extension/serverModel.ts';
import { type Status, statusOf } from '../../../extension/views/status.ts';
import type { KeptEvent } from '../../../server/stream/protocol.ts';
import { reloadEvent, serverEvent } from './events.ts';

const options = {
  app: 'wsgi:application',
  root: '/app',
  python: '/usr/bin/python3',
  port: 8000,
  args: [],
  env: {},
};

function status(state: HostState, events: KeptEvent[], since = 0): Status | undefined {
  const model = createServerModel();
  model.apply(events);
  const info = { addresses: ['http://127.0.0.1:8000'] };
  const server = events.length > 0 ? ({ model, info } as unknown as Server) : undefined;
  return statusOf({ state, server, options }, since);
}

test('nothing runs: nothing is shown', () => {
  assert.equal(status('stopped', []), undefined);
});

test('says app, port and generation', () => {
  const events = [serverEvent({ generation: 7 })];
  assert.equal(status('running', events)?.text, '$(rocket) wsgi :8000 · gen 7');
});

test('tells of a reload for a while, and then no more', () => {
  const events = [serverEvent({ generation: 2 }), reloadEvent({ duration: 23_400 })];
  const fresh = status('running', events, Date.now() - 5000);
  assert.equal(fresh?.text, '$(rocket) wsgi :8000 · gen 2 · reloaded in 23 ms');
  assert.equal(fresh?.brief, true);
  assert.equal(status('running', events, Date.now() + 5000)?.text, '$(rocket) wsgi :8000 · gen 2');
});

test('the first generation is no reload', () => {
  const events = [serverEvent(), reloadEvent({ reason: 'start' })];
  assert.equal(status('running', events)?.text, '$(rocket) wsgi :8000 · gen 1');
});

test('a spinner while it changes, and broken when it is', () => {
  assert.equal(status('starting', [])?.text, '$(loading~spin) wsgi · starting');
  assert.match(status('reloading', [serverEvent()])?.text ?? '', /loading~spin.*reloading/);
  const broken = status('broken', [serverEvent({ state: 'broken' })]);
  assert.equal(broken?.broken, true);
  assert.match(broken?.text ?? '', /^\$\(error\) wsgi :8000 · broken$/);
});
