/** The terminal's commands: each finds a server that runs, asks it over its stream, and prints. */

import { type ClientCommand, type ClientLine, parseClientLine } from './commandLine.ts';
import { findServer } from './findServer.ts';
import { CLIENT_HELP } from './help.ts';
import { createOutput, type Output } from './output.ts';
import { routes } from './routes.ts';
import { show } from './show.ts';
import { tail } from './tail.ts';
import { FAILED, UsageError } from './usageError.ts';

type Run = (url: string, line: ClientLine, output: Output) => Promise<void>;

const RUN: Record<ClientCommand, Run> = { tail, show, routes };
const INTERRUPTED = 130;

/** Gives the exit code: 0, 1 when there is nothing to show, 2 for what makes no sense. */
export async function runClient(command: ClientCommand, argv: readonly string[]): Promise<number> {
  const output = createOutput();
  process.once('SIGINT', () => process.exit(INTERRUPTED));
  try {
    const line = parseClientLine(command, argv);
    if (line.help) output.print(CLIENT_HELP[command].trimEnd());
    else await RUN[command](findServer(line.server), line, output);
    await output.flushed();
    return 0;
  } catch (error) {
    return fail(error as NodeJS.ErrnoException, output);
  }
}

function fail(error: NodeJS.ErrnoException, output: Output): number {
  if (error instanceof UsageError) {
    output.say(`error: ${error.message}`);
    return error.exitCode;
  }
  const refused = error.code === 'ECONNREFUSED';
  output.say(refused ? 'error: that server does not run any more' : `error: ${error.message}`);
  return FAILED;
}
