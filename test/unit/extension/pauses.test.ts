import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createPauseTracker } from '../../../extension/debug/pauses.ts';

function setUp() {
  const reports: (string | null)[] = [];
  const tracker = createPauseTracker((at) => reports.push(at));
  let seq = 0;
  const ask = (command: string, given: object = {}) => {
    tracker.onWillReceiveMessage?.({ seq: ++seq, type: 'request', command, arguments: given });
    return seq;
  };
  const say = (message: object) => tracker.onDidSendMessage?.(message);
  const stop = (threadId = 7) =>
    say({ type: 'event', event: 'stopped', body: { reason: 'breakpoint', threadId } });
  const place = (request_seq: number, path: string, line: number) => {
    const body = { stackFrames: [{ source: { path }, line }] };
    say({ type: 'response', request_seq, command: 'stackTrace', success: true, body });
  };
  return { reports, tracker, ask, say, stop, place };
}

test('a stop is told at once, its place when it is known, and its end', () => {
  const { reports, ask, stop, place } = setUp();
  stop();
  place(ask('stackTrace', { threadId: 7 }), '/app/views.py', 42);
  ask('continue');
  assert.deepEqual(reports, ['breakpoint', 'views.py:42', null]);
});

test("another thread's stack is not the place", () => {
  const { reports, ask, stop, place } = setUp();
  stop(7);
  place(ask('stackTrace', { threadId: 8 }), '/usr/lib/threading.py', 1);
  assert.deepEqual(reports, ['breakpoint']);
});

test('a step stays paused, unless it becomes a run', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const { reports, ask, stop, place } = setUp();
    stop();
    ask('next');
    mock.timers.tick(100);
    stop();
    place(ask('stackTrace', { threadId: 7 }), '/app/views.py', 43);
    mock.timers.tick(1000);
    assert.deepEqual(reports, ['breakpoint', 'views.py:43']);
    ask('stepOut');
    mock.timers.tick(1000);
    assert.deepEqual(reports, ['breakpoint', 'views.py:43', null]);
  } finally {
    mock.timers.reset();
  }
});

test('a session that ends while paused lets the worker go', () => {
  const { reports, tracker, stop } = setUp();
  stop();
  tracker.onExit?.(0, undefined);
  assert.deepEqual(reports, ['breakpoint', null]);
});
