/** `prefork show ID`: one request, as a person reads it, as the server keeps it, or handed over. */

import { connectStream, type StreamClient } from '../stream/client.ts';
import type { KeptEvent, StreamEvent } from '../stream/protocol.ts';
import type { ClientLine } from './commandLine.ts';
import type { Output } from './output.ts';
import { report } from './report.ts';
import { FAILED, UsageError } from './usageError.ts';

const ID = /^(?:[0-9a-f]{4,16}|last)$/;

export async function show(url: string, line: ClientLine, output: Output): Promise<void> {
  const [wanted = ''] = line.words;
  if (!ID.test(wanted)) {
    throw new UsageError(
      `${wanted} is no id: 16 hexadecimal digits, the first or last of them, or last`,
    );
  }
  const { client, root, request } = await find(url, wanted);
  try {
    output.print(line.as ? await handedOver() : await told());
  } finally {
    client.close();
  }

  async function handedOver(): Promise<string> {
    const format = line.as ?? 'markdown';
    return (await client.command('export', { requests: [request], format })).text.trimEnd();
  }

  async function told(): Promise<string> {
    const details = await client.command('request', { request });
    if (line.json) return JSON.stringify(details);
    const changes = await client.command('compare', { after: request }).catch(() => null);
    return report(details, { changes: changes?.words ?? [], root, paint: output.paint });
  }
}

interface Found {
  client: StreamClient;
  /** The app's folder. */
  root: string;
  request: string;
}

/** Looks for it among all that is kept: the server itself knows whole ids alone. The last is one that was served. */
async function find(url: string, wanted: string): Promise<Found> {
  const ids = new Set<string>();
  let root = '';
  let last: string | undefined;
  const take = (events: StreamEvent[]): void => {
    for (const event of events as KeptEvent[]) {
      if (event.type === 'server') root = event.root;
      if (event.type !== 'request.ended' && event.type !== 'request.started') continue;
      ids.delete(event.request); // the newest comes last
      ids.add(event.request);
      if (!event.imported) last = event.request;
    }
  };
  const client = await connectStream(url, { after: 0, events: take });
  await client.command('preload', {}); // answered after the history
  const found = [...ids].filter((id) => id.startsWith(wanted) || id.endsWith(wanted));
  const request = wanted === 'last' ? (last ?? [...ids].at(-1)) : found[0];
  if (request && (wanted === 'last' || found.length === 1)) return { client, root, request };
  client.close();
  if (found.length > 1) throw new UsageError(`${wanted} is part of ${found.length} ids`);
  const which = wanted === 'last' ? 'No request is kept.' : `Request ${wanted} is not kept.`;
  throw new UsageError(which, FAILED);
}
