/** Profiles with plausible contents: of the slow page in `traceSamples.ts`, and one of any size. */

import type {
  Profile,
  ProfileFrame,
  ProfileSample,
  SampleState,
} from '../../server/stream/profile.ts';
import { ROOT } from './streamEvents.ts';

const LIBRARIES = `${ROOT}/.venv/lib/python3.12/site-packages`;

const own = (file: string, line: number, name: string): ProfileFrame => ({
  'code.file.path': `${ROOT}/${file}`,
  'code.line.number': line,
  'code.function.name': name,
  own: true,
});

const library = (file: string, line: number, name: string): ProfileFrame => ({
  ...own('', line, name),
  'code.file.path': `${LIBRARIES}/${file}`,
  own: false,
});

const FRAMES: ProfileFrame[] = [
  library('django/core/handlers/wsgi.py', 124, 'WSGIHandler.__call__'),
  library('django/core/handlers/base.py', 197, 'BaseHandler._get_response'),
  library('django/views/generic/base.py', 104, 'View.as_view.<locals>.view'),
  own('orders/views.py', 31, 'OrderList.get'),
  library('django/shortcuts.py', 25, 'render'),
  library('django/template/base.py', 171, 'Template.render'),
  own('orders/templatetags/prices.py', 9, 'price'),
  own('orders/pricing.py', 14, 'quote'),
  own('orders/pricing.py', 17, 'quote'),
  library('django/db/models/query.py', 1911, 'QuerySet._fetch_all'),
  library('psycopg/cursor.py', 97, 'Cursor.execute'),
  own('orders/views.py', 36, 'OrderList.get'),
  own('orders/report.py', 22, 'checksum'),
];

const RENDER = [0, 1, 2, 3, 4, 5];
const STACKS = [
  [0, 1, 2, 3],
  [...RENDER, 6, 7],
  [...RENDER, 6, 8],
  [...RENDER, 6, 9, 10],
  [0, 1, 2, 11, 12],
  RENDER,
];

const times = (count: number, stack: number, state: SampleState = 'running'): ProfileSample[] =>
  Array.from({ length: count }, () => [stack, 10_000, state]);

/** 350 ms of it from 50 ms on: 63 % in `quote`, 20 % waiting for the database, 14 % in C code. */
export const ordersProfile = (): Profile => ({
  rate: 100,
  start: 50_000,
  frames: FRAMES,
  stacks: STACKS,
  samples: [
    ...times(1, 0),
    ...times(7, 1),
    ...times(2, 3, 'waiting'),
    ...times(4, 2),
    ...times(3, 3, 'waiting'),
    ...times(8, 1),
    ...times(2, 3, 'waiting'),
    ...times(3, 1),
    [4, 50_000, 'native'],
  ],
});

/** So many samples, each of another stack of so many functions. */
export function largeProfile(samples: number, depth: number): Profile {
  const frames = Array.from({ length: 400 }, (_, index) =>
    index % 5 === 0
      ? own(`orders/module${index % 9}.py`, index, `own${index}`)
      : library(`package/module${index % 40}.py`, index, `library${index}`),
  );
  const stacks = Array.from({ length: samples }, (_, number) =>
    Array.from({ length: depth }, (_, at) => (at * 7 + (at > 8 ? number * (at % 5) : 0)) % 400),
  );
  const states: SampleState[] = ['running', 'running', 'waiting', 'native'];
  return {
    ...{ rate: 100, start: 50_000, frames, stacks },
    samples: stacks.map((_, number) => [number, 10_000, states[number % 4] ?? 'running']),
  };
}
