/**
 * `npm run bench:hooks`: what it takes to find the app hooks of a large project, and for how long the
 * editor's process is held up meanwhile.
 *
 *     npm run bench:hooks -- 5000 FOLDER     as many modules; a project of your own
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { searchAppHooks } from '../../extension/hooks/search.ts';
import { makeTempFolder, removeFolder } from '../support/folders.ts';

const ROUNDS = 7;
const [modules = 5000, given] = [Number(process.argv[2] ?? 5000), process.argv[3]];

/** A module as projects have them: 120 lines, 4 kB, the word `app` here and there. */
function moduleText(at: number): string {
  // One in five has a word for which it is read to the end.
  const first = at % 5 === 0 ? 'from os import environ\n' : '';
  const view = (line: number) => `
def view_${line}(request, app=None):
    """Answers ${line}."""
    rows = [row for row in query(${line}, limit=10) if row["id"] != ${at}]
    return render(request, "page_${line}.html", {"rows": rows})  # from ${at}
`;
  return `${first}from project.app import query\n${Array.from({ length: 20 }, (_, line) => view(line)).join('')}`;
}

function makeProject(): string {
  const folder = makeTempFolder();
  for (let at = 0; at < modules; at++) {
    const package_ = join(folder, `part_${at % 50}`, `sub_${at % 7}`);
    mkdirSync(package_, { recursive: true });
    writeFileSync(join(package_, `module_${at}.py`), moduleText(at));
  }
  writeFileSync(join(folder, 'wsgi.py'), 'application = get_wsgi_application()\n');
  return folder;
}

const folder = given ?? makeProject();
const times: number[] = [];
const delays: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const held = monitorEventLoopDelay({ resolution: 1 });
  held.enable();
  const started = performance.now();
  const hooks = await searchAppHooks(folder);
  times.push(performance.now() - started);
  held.disable();
  delays.push(held.max / 1e6);
  if (round === 0) console.log(`${hooks.length} app hooks, first ${hooks[0]?.app}`);
}
const middle = (values: number[]) => values.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? 0;
console.log(
  `${modules} modules: ${Math.round(middle(times))} ms (promise: 500), ` +
    `the event loop was held up for at most ${middle(delays).toFixed(1)} ms ` +
    `(medians of ${ROUNDS}; first ${Math.round(times[0] ?? 0)} ms)`,
);
if (!given) removeFolder(folder);
