/**
 * All the tests: `npm test`, or `npm test -- WORD…` for the suites and files whose path has one of
 * the words (`check`, `unit`, `wire/reload`). Ends with the line `N passed, N failed`.
 */

import { runChecks } from './runner/checks.ts';
import { filesOf, SUITES, type Suite, type TestFile } from './runner/suites.ts';
import { createTally } from './runner/tally.ts';
import { type Piece, setUp } from './setup/pieces.ts';
import { quietly } from './setup/quietly.ts';
import { root } from './support/paths.ts';

const words = process.argv.slice(2);
const tally = createTally();

const wanted = (title: string): boolean =>
  words.length === 0 || words.some((word) => title.includes(word));

const chosen = SUITES.map((suite) => ({
  suite,
  files: filesOf(suite).filter(({ title }) => wanted(title)),
})).filter(({ files }) => files.length > 0);

async function build(): Promise<void> {
  const started = performance.now();
  try {
    await quietly(process.execPath, ['build.mjs'], { cwd: root });
    tally.add('build', [{ name: 'build', outcome: 'passed' }], performance.now() - started);
  } catch (error) {
    tally.add('build', [{ name: 'build', outcome: 'failed', detail: String(error) }]);
  }
}

async function check(): Promise<void> {
  const started = performance.now();
  tally.add('check', await runChecks(), performance.now() - started);
}

/** A few at a time; each is told as it ends. */
async function runAll(files: TestFile[], parallel: number): Promise<void> {
  const queue = [...files];
  const runNext = async (): Promise<void> => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const { results, milliseconds } = await file.run();
      tally.add(file.title, results, milliseconds);
    }
  };
  await Promise.all(Array.from({ length: parallel }, runNext));
}

/** In CI what could not be set up is a failure; on a desk it is said, and left out. */
function leaveOut(files: TestFile[], why: string): void {
  const outcome = process.env['CI'] ? 'failed' : 'skipped';
  for (const { title } of files)
    tally.add(title, [{ name: 'the whole file', outcome, detail: why }]);
}

const missingFor = (suite: Suite, missing: Map<Piece, string>): Piece | undefined =>
  suite.needs.find((piece) => missing.has(piece));

const missing = await setUp([
  ...(wanted('check') ? (['python'] as const) : []),
  ...chosen.flatMap(({ suite }) => suite.needs),
]);
await build();
if (wanted('check')) await check();
for (const { suite, files } of chosen) {
  const piece = missingFor(suite, missing);
  if (piece) leaveOut(files, `${piece} could not be set up`);
  else await runAll(files, suite.parallel);
}
process.exit(tally.conclude());
