import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createEmitter } from '../../../extension/emitter.ts';
import { createHistory } from '../../../extension/history.ts';
import { createRelay, type RelayedServer } from '../../../extension/views/relay.ts';
import type { Hello, KeptEvent, StreamEvent } from '../../../server/stream/protocol.ts';
import type { HostMessage } from '../../../webview/transport.ts';
import { logEvent } from './events.ts';

function setUp() {
  const events = createEmitter<KeptEvent[]>();
  const hellos = createEmitter<Hello>();
  const connections = createEmitter<boolean>();
  const history = createHistory();
  const posted: HostMessage[] = [];
  const info = { version: '1', pid: 1 } as RelayedServer['info'];
  let hello: Hello | undefined;
  const server: RelayedServer = {
    get hello() {
      return hello;
    },
    onHello: hellos.event,
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
  const connect = (newest: number) => {
    hello = { type: 'hello', protocol: 2, version: '1', oldest: 0, newest };
    hellos.fire(hello);
  };
  const relay = createRelay((message) => posted.push(message));
  return { relay, server, happen, connect, posted };
}

/** A page that has what there was, and a clock that stands still. */
function subscribed(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { relay, server, happen, connect, posted } = setUp();
  relay.serve(server);
  relay.subscribe(0);
  posted.length = 0;
  return { relay, happen, connect, posted };
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

test('a history that comes after the page is told of as one, so that its gaps are no loss', (t) => {
  const { happen, connect, posted } = subscribed(t);
  const [early, late] = [logEvent(), logEvent()];
  happen([early]);
  connect(40);
  happen([late]);
  t.mock.timers.tick(1000);
  const told = posted.flatMap(eventsIn);
  assert.deepEqual(
    told.map((event) => (event.type === 'hello' ? event.newest : event)),
    [early, 40, late],
  );
});

test('a page that asks while the history is still on its way is told how much there is', () => {
  const { relay, server, happen, connect, posted } = setUp();
  const event = logEvent();
  connect(event.sequence + 40);
  happen([event]);
  relay.serve(server);
  relay.subscribe(0);
  const [hello] = eventsIn(posted[1]);
  assert.equal(hello?.type === 'hello' && hello.newest, event.sequence + 40);
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
