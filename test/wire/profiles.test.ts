/**
 * Profiles of slow requests, on each framework with two workers: a view that says by its own clocks where its
 * time went must be told of alike.
 */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { hotLines } from '../../server/analysis/hotLines.ts';
import type { Profile, RequestEnded } from '../../server/stream/protocol.ts';
import { attachDebugger } from '../support/debugAdapter.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { startServer } from '../support/server.ts';
import { traced } from '../support/traces.ts';
import { waitFor } from '../support/wait.ts';

/** Each part runs for about so long by a clock of its own; what C code and the database take is measured. */
const WORK = `
import sqlite3, time

took = {}

def timed(function):
    def call():
        began = time.perf_counter()
        function()
        took[function.__name__] = round((time.perf_counter() - began) * 1e6)
    return call

def until(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass

@timed
def unsampled():
    time.sleep(0.8)

@timed
def sleeping():
    time.sleep(0.4)

@timed
def looping():
    end = time.perf_counter() + 0.4
    while time.perf_counter() < end:
        pass

@timed
def calling():
    until(0.4)

@timed
def querying():
    with sqlite3.connect(":memory:") as connection:
        statement = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT count(*) FROM n"
        connection.execute(statement).fetchone()

@timed
def holding():
    sum(range(40_000_000))

def work():
    took.clear()
    for part in (unsampled, sleeping, looping, calling, querying, holding):
        part()
    return dict(took)
`;

const APPS = {
  flask: `
import flask, work
application = flask.Flask(__name__)

@application.get("/work")
def slow():
    return flask.jsonify(work.work())

@application.get("/quick")
def quick():
    return "quick"
`,
  django: `
import django, work
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import path

if not settings.configured:
    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="not one")
    django.setup()

def slow(request):
    return JsonResponse(work.work())

def quick(request):
    return HttpResponse("quick")

urlpatterns = [path("work", slow), path("quick", quick)]
application = get_wsgi_application()
`,
  bottle: `
import bottle, work
application = bottle.Bottle()

@application.get("/work")
def slow():
    return work.work()

@application.get("/quick")
def quick():
    return "quick"
`,
};

const serve = (t: TestContext, app: string, args: string[] = []) => {
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'wsgi.py': app, 'work.py': WORK });
  return startServer(t, { app: 'wsgi:application', cwd, args });
};

for (const [framework, app] of Object.entries(APPS)) {
  test(`${framework}: where a slow request's time went`, async (t) => {
    const server = await serve(t, app);
    // On a busy machine the profiler waits for a processor, too, and sees a part's end late.
    const isRight = async (): Promise<boolean> => {
      const { body, ended, trace } = await traced(server, '/work');
      assert.equal(ended.profiled, true);
      assert.ok(trace.profile);
      checkShares(trace.profile, JSON.parse(body));
      checkStates(trace.profile, ended, JSON.parse(body));
      checkFrames(trace.profile);
      const covered = trace.profile.start + sum(trace.profile);
      assert.ok(covered > 0.9 * ended.duration, 'the samples reach to its end');
      return true;
    };
    await waitFor('a profile that is right', isRight, { seconds: 120 });
    const quick = await traced(server, '/quick');
    assert.deepEqual([quick.ended.profiled, quick.trace.profile], [undefined, undefined]);
  });
}

const sum = (profile: Profile): number =>
  profile.samples.reduce((all, [, weight]) => all + weight, 0);

/** Time by function of `work.py`, what it called included. */
function timeIn({ frames, stacks, samples }: Profile, name: string, state?: string): number {
  const of = frames.map((frame) => frame['code.function.name'].endsWith(name));
  return samples
    .filter(
      ([stack, , found]) => (state ?? found) === found && stacks[stack]?.some((one) => of[one]),
    )
    .reduce((all, [, weight]) => all + weight, 0);
}

function checkShares(profile: Profile, took: Record<string, number>): void {
  for (const name of ['sleeping', 'looping', 'calling', 'querying', 'holding']) {
    const [found, expected] = [timeIn(profile, name), took[name] ?? 0];
    const error = Math.abs(found - expected) / expected;
    assert.ok(error <= 0.1, `${name}: ${found} µs of ${expected}`);
  }
}

/** By far the most of each. What C code did can be told only where there was a processor for it. */
function checkStates(profile: Profile, ended: RequestEnded, took: Record<string, number>): void {
  const share = (name: string, state: string): number =>
    timeIn(profile, name, state) / timeIn(profile, name);
  assert.ok(share('sleeping', 'waiting') > 0.9);
  assert.equal(share('sleeping', 'native'), 0);
  const { looping = 0, calling = 0, querying = 0, holding = 0 } = took;
  const ran = (ended.cpu ?? 0) / (looping + calling + querying + holding);
  if (ran > 0.8) assert.ok(share('holding', 'native') > 0.5, 'C code that held the interpreter');
}

function checkFrames(profile: Profile): void {
  const names = profile.frames.map((frame) => frame['code.function.name']);
  assert.ok(
    names.some((name) => name.endsWith('slow')),
    'the view',
  );
  const ours = profile.frames.filter((frame) => frame['code.file.path'].includes('prefork_worker'));
  assert.deepEqual(ours, [], 'no frame of ours');
  const own = profile.frames.filter((frame) => frame.own).map((frame) => frame['code.file.path']);
  assert.ok(
    own.every((file) => /\/(work|wsgi)\.py$/.test(file)),
    own.join(),
  );
  const [hottest] = hotLines(profile);
  assert.match(hottest?.place['code.file.path'] ?? '', /work\.py$/);
}

test('while a debugger is there nothing is sampled', async (t) => {
  const server = await serve(t, APPS.flask, ['--workers', '1']);
  const stream = await server.stream();
  const adapter = await stream.command('debug_worker', { worker: 1 });
  const session = await attachDebugger(adapter, { path: 'nowhere.py', lines: [] });
  await stream.event('worker', (event) => event.attached === true);
  const { ended } = await traced(server, '/work');
  assert.equal(ended.profiled, undefined);
  await session.detach();
  await stream.event('worker', (event) => event.state === 'ready' && !event.attached);
  assert.equal((await traced(server, '/work')).ended.profiled, true);
});

test('a request that streams for long, and one that fails, have profiles, too', async (t) => {
  const app = `
import time

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/failing":
        time.sleep(0.3)
        raise ValueError("late")
    return streaming()

def streaming():
    for _ in range(3):
        time.sleep(0.1)
        yield b"part"
`;
  const server = await serve(t, app);
  for (const [path, name] of [
    ['/streaming', 'streaming'],
    ['/failing', 'application'],
  ] as const) {
    const { ended, trace } = await traced(server, path);
    assert.equal(ended.profiled, true, path);
    assert.ok(trace.profile && timeIn(trace.profile, name) > 100_000, path);
  }
});

test('several slow requests at once have a profile each', async (t) => {
  const server = await serve(t, APPS.flask);
  const all = await Promise.all(Array.from({ length: 4 }, () => traced(server, '/work')));
  for (const { trace } of all) assert.ok(trace.profile && timeIn(trace.profile, 'sleeping') > 0);
  assert.equal((await send(server.url)).status, 404);
});
