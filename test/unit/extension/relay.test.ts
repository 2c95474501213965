import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createEmitter } from '../../../extension/emitter.ts';
import { createHistory } from '../../../extension/history.ts';
import { createRelay, type RelayedServer } from '../../../extension/views/relay.ts';
import type { KeptEvent, StreamEvent } from '../../../server/stream/protocol.ts';
import type { HostMessage } from '../../../webview/transport.ts';
import { logEvent } from './events.ts';

function setUp() {
  const events = createEmitter<KeptEvent[]>();
  const connections = createEmitter<boolean>();
  const history = createHistory();
  const posted: HostMessage[] = [];
  const info = { version: '1', pid: 1 } as RelayedServer['info'];
  const server: RelayedServer = {
    info,
    history,
    connected: true,
    onEvents: events.event,
    onConnected: connections.event,
  };
  const happen = (batch: KeptEvent[]) => {
    history.add(batch);
    events.fire(batch);
  };
  return { relay: createRelay((message) => posted.push(message)), server, happen, posted };
}

/** A page that has what there was, and a clock that stands still. */
function subscribed(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { relay, server, happen, posted } = setUp();
  relay.serve(server);
  relay.subscribe(0);
  posted.length = 0;
  return { relay, happen, posted };
}

const eventsIn = (message: HostMessage | undefined): StreamEvent[] =>
  message?.type === 'events' ? message.events : [];

test('a page that subscribes gets the status, a hello, and what is newer', () => {
  const { relay, server, happen, posted } = setUp();
  const [old, fresh] = [logEvent(), logEvent()];
  happen([old, fresh]);
  relay.serve(server);
  assert.deepEqual(posted, [], 'nothing before it asks');
  relay.subscribe(old.sequence);
  assert.deepEqual(posted[0], { type: 'status', connected: true, server: server.info });
  const [hello, ...rest] = eventsIn(posted[1]);
  assert.equal(hello?.type, 'hello');
  assert.deepEqual(rest, [fresh]);
});

test('what happens is posted in batches, and only to a page that is there', (t) => {
  const { relay, happen, posted } = subscribed(t);
  const events = [logEvent(), logEvent(), logEvent()];
  for (const event of events) happen([event]);
  assert.equal(posted.length, 0);
  t.mock.timers.tick(100);
  assert.deepEqual(posted, [{ type: 'events', events }]);
  relay.pause();
  happen([logEvent()]);
  t.mock.timers.tick(100);
  assert.equal(posted.length, 1);
});

test('a subscription in the middle of a batch gives no event twice', (t) => {
  const { relay, happen, posted } = subscribed(t);
  happen([logEvent()]);
  relay.subscribe(0);
  t.mock.timers.tick(100);
  const logs = posted.flatMap(eventsIn).filter((event) => event.type === 'log');
  assert.equal(logs.length, 1);
});

test('another server: its status and its events from the first', () => {
  const { relay, server, happen, posted } = setUp();
  relay.serve(null);
  relay.subscribe(99_999);
  assert.deepEqual(posted, [{ type: 'status', connected: false, server: null }]);
  happen([logEvent()]);
  relay.serve(server);
  assert.equal(posted[1]?.type, 'status');
  assert.equal(eventsIn(posted[2]).length, 2);
});
