/** What the servers say of files' lines, put together: a server's 20 weightiest lines a file are all that are shown. */

import type { LineResult } from '../../../server/stream/protocol.ts';
import type { Server } from '../../server.ts';

const MOST = 20;

type Asked = Pick<Server, 'connected' | 'send'>;

/** Of each file, by its path. A server that does not answer has nothing to say. */
export async function askForLines(
  servers: readonly Asked[],
  files: string[],
): Promise<Map<string, LineResult[]>> {
  const asked = servers.filter(({ connected }) => connected);
  const answers = await Promise.all(
    asked.map((server) => server.send('lines', { files }).catch(() => ({ lines: [] }))),
  );
  const lines = answers.flatMap((answer) => answer.lines);
  return new Map(files.map((file) => [file, weightiest(newest(ofFile(file, lines)))]));
}

const ofFile = (file: string, lines: LineResult[]): LineResult[] =>
  lines.filter(({ place }) => place['code.file.path'] === file);

/** A line that two servers run has what the last request to either says. */
function newest(lines: LineResult[]): LineResult[] {
  const last = new Map<string, LineResult>();
  for (const line of lines) {
    const key = `${line.kind} ${line.place['code.line.number']}`;
    if ((last.get(key)?.time ?? 0) <= line.time) last.set(key, line);
  }
  return [...last.values()];
}

const weightiest = (lines: LineResult[]): LineResult[] =>
  lines.toSorted((a, b) => b.duration - a.duration).slice(0, MOST);
