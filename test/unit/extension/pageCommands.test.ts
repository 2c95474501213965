import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHistory } from '../../../extension/history.ts';
import type { Server } from '../../../extension/server.ts';
import { answerCommand } from '../../../extension/views/pageCommands.ts';
import type { Command } from '../../../server/stream/protocol.ts';
import { ended } from '../../support/streamEvents.ts';
import { exceptionEvent, logEvent, workerEvent } from './events.ts';

const details = {
  request: { ...ended(1), sequence: 1, time: 1, started: 0 },
  logs: [logEvent({ 'code.file.path': '/app/views.py' })],
  exceptions: [],
  trace: null,
};

function setUp() {
  const sent: unknown[][] = [];
  const debugged: unknown[] = [];
  const history = createHistory();
  const send = async (name: string, takes: object) => {
    sent.push([name, takes]);
    return name === 'request' ? details : `answer to ${name}`;
  };
  const server = { send, history } as unknown as Pick<Server, 'send' | 'history'>;
  const debugging = {
    attach: async (worker: number) => void debugged.push(worker),
    replay: async (replay: object) => {
      debugged.push(replay);
      return { request: 'cd', worker: 2 };
    },
  };
  const ask = (command: object) => answerCommand(command as Command, server, debugging);
  return { ask, sent, debugged, history };
}

test('what the page shows and offers goes on to the server, and its answer comes back', async () => {
  const { ask, sent } = setUp();
  const commands = [
    { command: 'reload' },
    { command: 'restart_worker', worker: 2 },
    { command: 'steer', worker: null },
    { command: 'explain', request: 'ab', span: 3 },
    { command: 'preload' },
    { command: 'set_log_level', logger: 'django', level: 'DEBUG' },
    { command: 'stop' },
  ];
  for (const command of commands) {
    assert.equal(await ask({ id: 7, ...command }), `answer to ${command.command}`);
    const { command: name, ...takes } = command;
    assert.deepEqual(sent.at(-1), [name, takes]);
  }
});

test('only the arguments that are meant for it', async () => {
  const { ask, sent } = setUp();
  await ask({ id: 1, command: 'restart_worker', worker: 1, debugpy: '/tmp/evil' });
  assert.deepEqual(sent, [['restart_worker', { worker: 1 }]]);
});

test('a save is the editor’s, and what is no command is none', async () => {
  const { ask, sent } = setUp();
  for (const command of ['saved', 'toString', '__proto__', 'no_such']) {
    await assert.rejects(ask({ id: 1, command }), /may not send/);
  }
  assert.deepEqual(sent, []);
});

test('a worker is debugged by the editor', async () => {
  const { ask, sent, debugged } = setUp();
  await ask({ id: 1, command: 'debug_worker', worker: 2, debugpy: '/tmp/evil' });
  assert.deepEqual([debugged, sent], [[2], []]);
});

test('a replay under the debugger is the editor’s, with nothing that is not a replay’s', async () => {
  const { ask, sent, debugged } = setUp();
  const replay = { request: 'ab', worker: 2, edit: { target: '/x' } };
  assert.deepEqual(
    await ask({ id: 1, command: 'replay', ...replay, debug: true, debugpy: '/tmp/evil' }),
    { request: 'cd', worker: 2 },
  );
  assert.deepEqual([debugged, sent], [[replay], []]);
  await ask({ id: 2, command: 'replay', ...replay });
  assert.deepEqual(sent, [['replay', replay]]);
});

test('a request’s files may be opened; a cleared history forgets all but the states', async () => {
  const { ask, history } = setUp();
  await ask({ id: 1, command: 'request', request: 'ab' });
  assert.ok(history.names('/app/views.py'));
  assert.equal(history.opened, 'ab');
  const worker = workerEvent();
  history.add([worker, logEvent(), exceptionEvent()]);
  await ask({ id: 2, command: 'clear' });
  assert.deepEqual(history.after(0), [worker]);
  assert.ok(!history.names('/app/views.py'));
});
