/** Which of a server's events are Problems, where, and until when. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProblems } from '../../../extension/problems.ts';
import type { ExceptionEvent, KeptEvent } from '../../../server/stream/protocol.ts';
import * as make from '../../support/streamEvents.ts';

const tell = make.sequencer();
const REQUEST = make.requestId(1);

function problemsAfter(...events: make.Unkept[]) {
  const problems = createProblems();
  for (const event of events) problems.hear(tell(event));
  return problems.all;
}

const broken = (changes: Partial<ExceptionEvent> = {}) =>
  make.exception('e1', {
    kind: 'import',
    'exception.type': 'SyntaxError',
    'exception.message': "'(' was never closed (views.py, line 12)",
    location: { 'code.file.path': '/app/views.py', 'code.line.number': 12, column: 18 },
    ...changes,
  });

const raised = () => make.exception('e2', { request: REQUEST });

test('an app that cannot be imported is one, at its line and column', () => {
  assert.deepEqual(problemsAfter(broken(), make.reload(2, { phase: 'failed' })), [
    {
      file: '/app/views.py',
      line: 12,
      column: 18,
      message: "SyntaxError: '(' was never closed",
      fatal: true,
    },
  ]);
});

test('the events of a failure may come in any order', () => {
  const started = make.reload(2, { phase: 'started' });
  const failed = make.reload(2, { phase: 'failed' });
  assert.equal(problemsAfter(started, broken(), failed).length, 1);
  assert.equal(problemsAfter(broken(), started, failed).length, 1);
});

test('it says what to do', () => {
  const hint = { text: 'Not installed.', command: 'pip install yaml' };
  const [problem] = problemsAfter(broken({ hint }));
  assert.match(problem?.message ?? '', /closed\nNot installed\.\npip install yaml$/);
});

test('a newer failure takes the place of an older, a ready generation of all', () => {
  const other = broken({ location: { 'code.file.path': '/app/a.py', 'code.line.number': 1 } });
  const files = problemsAfter(broken(), other).map(({ file }) => file);
  assert.deepEqual(files, ['/app/a.py']);
  assert.deepEqual(problemsAfter(broken(), make.reload(3)), []);
});

test('one without a place is none, but ends what was there', () => {
  const { location: _, ...nowhere } = broken();
  assert.deepEqual(problemsAfter(broken(), nowhere), []);
});

test('a request that failed is one, a request that was answered is not', () => {
  const ended = (status: number | null) =>
    make.ended(1, { request: REQUEST, 'http.response.status_code': status });
  assert.deepEqual(
    problemsAfter(raised(), ended(500)).map(({ line, fatal }) => ({ line, fatal })),
    [{ line: 17, fatal: false }],
  );
  assert.equal(problemsAfter(raised(), ended(null)).length, 1);
  assert.equal(problemsAfter(raised(), ended(200)).length, 0);
  assert.equal(problemsAfter(raised()).length, 0, 'nobody knows yet');
});

test('the same failure of many requests is one Problem', () => {
  const again = [raised(), make.ended(1, { 'http.response.status_code': 500 })];
  assert.equal(problemsAfter(...again, ...again).length, 1);
});

test('a request of superseded code is none', () => {
  const late = make.ended(1, { 'http.response.status_code': 500, generation: 1 });
  assert.equal(problemsAfter(make.reload(2), raised(), late).length, 0);
});

test('a failure is over when its route is answered well, on whatever path', () => {
  const at = (path: string, status: number) =>
    make.ended(1, {
      request: REQUEST,
      'url.path': path,
      'http.route': '/orders/<int:pk>',
      'http.response.status_code': status,
    });
  const failed = [raised(), at('/orders/1', 500)];
  assert.equal(problemsAfter(...failed, at('/orders/2', 200)).length, 0);
  assert.equal(problemsAfter(...failed, at('/orders/2', 500)).length, 1);
  assert.equal(problemsAfter(...failed, make.ended(2)).length, 1, 'another route');
  assert.equal(problemsAfter(...failed, { ...at('/orders/2', 200), imported: 'har' }).length, 1);
  assert.equal(problemsAfter(broken(), make.ended(1)).length, 1, 'an import is no route’s');
});

test('a failure of two routes is over when both are answered well', () => {
  const at = (path: string, status: number) =>
    make.ended(1, { request: REQUEST, 'url.path': path, 'http.response.status_code': status });
  const failed = [raised(), at('/pay', 500), raised(), at('/order', 500)];
  assert.equal(problemsAfter(...failed).length, 1);
  assert.equal(problemsAfter(...failed, at('/pay', 200)).length, 1);
  assert.equal(problemsAfter(...failed, at('/pay', 200), at('/order', 302)).length, 0);
});

test('it says whether something changed', () => {
  const problems = createProblems();
  const hear = (event: make.Unkept) => problems.hear(tell(event) as KeptEvent);
  const told = [broken(), make.reload(2, { phase: 'failed' }), make.reload(3), make.reload(4)];
  assert.deepEqual(told.map(hear), [true, false, true, false]);
});
