import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPacer } from '../../../webview/components/pacer.ts';

test('news that comes in a rest is drawn once, after it', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 1000;
  t.mock.method(performance, 'now', () => now);
  const pass = (milliseconds: number): void => {
    now += milliseconds;
    t.mock.timers.tick(milliseconds);
  };
  let drawings = 0;
  const pacer = createPacer(() => {
    drawings += 1;
    pacer.drawing();
    now += 40; // what a drawing takes
  });

  pacer.news();
  pass(0);
  assert.equal(drawings, 1, 'the first at once');
  pass(1);
  for (let count = 0; count < 100; count += 1) pacer.news();
  pass(30);
  assert.equal(drawings, 1, 'it rests as long as the drawing took');
  pass(15);
  assert.equal(drawings, 2);

  pass(1);
  pacer.scrolled();
  pacer.news();
  pass(140);
  assert.equal(drawings, 2);
  pass(60);
  assert.equal(drawings, 3, 'scrolling only puts it off');
});

test('what a person causes is drawn at once, and is the news, too', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let drawings = 0;
  const pacer = createPacer(() => {
    drawings += 1;
  });
  pacer.news();
  pacer.drawing();
  t.mock.timers.tick(500);
  assert.equal(drawings, 0);
});
