/** `prefork tail`: requests as they end, and the reloads between them. */

import { connectStream, type StreamClient } from '../stream/client.ts';
import { compile, type Filter } from '../stream/filter/filter.ts';
import type { RequestRow } from '../stream/filter/requestRow.ts';
import { requestTerms } from '../stream/filter/requestTerms.ts';
import type { KeptEvent, StreamEvent } from '../stream/protocol.ts';
import { createRing } from '../stream/ring.ts';
import type { ClientLine } from './commandLine.ts';
import { reloadLine, requestLine } from './lines.ts';
import type { Output } from './output.ts';
import { createRecent, type Recent } from './recent.ts';
import { UsageError } from './usageError.ts';

export async function tail(url: string, line: ClientLine, output: Output): Promise<void> {
  const recent = createRecent();
  const filter = compile(line.words.join(' '), requestTerms(recent));
  const [problem] = filter.problems;
  if (problem) throw new UsageError(`${problem.word}: ${problem.why}`);

  const shown = (event: KeptEvent): string | null => {
    recent.see(event);
    return passes(event, filter, recent) ? textOf(event, recent, line.json, output) : null;
  };
  const past = createRing<string>(Math.max(1, line.lines));
  let isPast = true;
  const take = (events: StreamEvent[]): void => {
    for (const event of events) {
      const text = 'sequence' in event ? shown(event) : null;
      if (text === null) continue;
      if (isPast) past.push(text);
      else output.print(text);
    }
  };
  const client = await connectStream(url, { after: 0, events: take });
  await client.command('preload', {}); // answered after the history
  isPast = false;
  for (const text of past.items().slice(0, line.lines)) output.print(text);
  await ended(client, output);
}

async function ended(client: StreamClient, output: Output): Promise<void> {
  const isStopped = await client.closed;
  output.say(isStopped ? 'The server has ended.' : 'The connection to the server has ended.');
}

function passes(event: KeptEvent, filter: Filter<RequestRow>, recent: Recent): boolean {
  if (event.type === 'reload') return true;
  return event.type === 'request.ended' && filter.passes(recent.rowOf(event), event.time);
}

function textOf(event: KeptEvent, recent: Recent, json: boolean, output: Output): string | null {
  if (json) return JSON.stringify(event);
  const { paint } = output;
  if (event.type === 'request.ended') return requestLine(recent.rowOf(event), paint);
  if (event.type !== 'reload') return null;
  return reloadLine(event, recent.exception(event.exception), paint);
}
