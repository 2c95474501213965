/** What the terminal commands write to: text on stdout, all else on stderr. */

import { type Paint, paintFor } from './paint.ts';

export interface Output {
  readonly paint: Paint;
  /** A line, or several. */
  print(text: string): void;
  /** On stderr. */
  say(text: string): void;
  /** Resolves when all that was printed has been taken. */
  flushed(): Promise<void>;
}

/** Ends the process, without a word, when nobody reads any more (`prefork tail | head`). */
export function createOutput(): Output {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    paint: paintFor(process.stdout),
    print: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => void process.stderr.write(`prefork: ${text}\n`),
    flushed: () => new Promise((resolve) => process.stdout.write('', () => resolve())),
  };
}
