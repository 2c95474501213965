/** Counts what passed and failed, and says it a line a file. */

export type Outcome = 'passed' | 'failed' | 'skipped';

export interface Result {
  name: string;
  outcome: Outcome;
  /** Why it failed, or was skipped. */
  detail?: string;
}

export interface Tally {
  add(title: string, results: Result[], milliseconds?: number): void;
  /** Prints the failures again, then the one line that counts. Gives the exit code. */
  conclude(): number;
}

const OUTCOMES: readonly Outcome[] = ['passed', 'failed', 'skipped'];

export function createTally(): Tally {
  const all: Array<Result & { title: string }> = [];
  return {
    add(title, results, milliseconds) {
      all.push(...results.map((result) => ({ ...result, title })));
      const mark = count(results, 'failed') > 0 ? 'not ok' : 'ok';
      const time = milliseconds === undefined ? '' : ` (${(milliseconds / 1000).toFixed(1)} s)`;
      console.log(`${mark.padEnd(6)} ${title}: ${summary(results)}${time}`);
      for (const result of failuresOf(results)) console.log(indent(describe(result)));
    },
    conclude() {
      const failures = failuresOf(all);
      if (failures.length > 0) console.log('\nFailed:');
      for (const { title, name } of failures) console.log(`  ${title}: ${name}`);
      const skipped = count(all, 'skipped');
      console.log(
        `\n${count(all, 'passed')} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
      );
      return failures.length > 0 || count(all, 'passed') === 0 ? 1 : 0;
    },
  };
}

const count = (results: Result[], outcome: Outcome): number =>
  results.filter((result) => result.outcome === outcome).length;

const failuresOf = <R extends Result>(results: R[]): R[] =>
  results.filter((result) => result.outcome === 'failed');

const summary = (results: Result[]): string =>
  OUTCOMES.map((outcome) => ({ outcome, number: count(results, outcome) }))
    .filter(({ outcome, number }) => number > 0 || outcome === 'passed')
    .map(({ outcome, number }) => `${number} ${outcome}`)
    .join(', ');

const describe = ({ name, detail }: Result): string => `✗ ${name}${detail ? `\n${detail}` : ''}`;

const indent = (text: string): string => text.replaceAll(/^/gm, '       ');
