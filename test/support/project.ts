/** A small project of its own for a test: a bare app whose answer the test decides. */

import type { TestContext } from 'node:test';
import type { ReloadReason } from '../../server/stream/protocol.ts';
import { tempFolder, writeFiles } from './folders.ts';
import { send } from './http.ts';
import { type RunningServer, type ServerOptions, startServer } from './server.ts';
import { waitFor } from './wait.ts';

/** Answers with `answer()` of the module `pages`. */
const APP = `
from pages import answer

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(answer()).encode()]
`;

export interface Project {
  cwd: string;
  server: RunningServer;
  /** Resolves when the answer is this one. */
  answers(text: string): Promise<void>;
  /** Why each generation so far was made. */
  generations(): Promise<ReloadReason[]>;
  write(files: Record<string, string>): void;
}

/** Serves `files`, which have a `pages.py`. */
export async function startProject(
  t: TestContext,
  files: Record<string, string>,
  options: Partial<ServerOptions> = {},
): Promise<Project> {
  const { cwd = tempFolder(t) } = options;
  const write = (changes: Record<string, string>): void => writeFiles(cwd, changes);
  write({ 'wsgi.py': APP, ...files });
  const server = await startServer(t, { app: 'wsgi', ...options, cwd });
  return {
    cwd,
    server,
    write,
    answers: async (text) => {
      let last = '';
      const isAnswered = async (): Promise<boolean> => {
        last = (await send(server.url)).body;
        return last === text;
      };
      await waitFor(`the answer ${text}`, isAnswered, { seconds: 20 }).catch((error) => {
        throw new Error(`${error.message}; the last one was ${last}\n${server.stderr}`);
      });
    },
    generations: async () => {
      const stream = await server.stream();
      await stream.command('saved', { files: [] }); // whatever was noticed is dealt with
      return stream.events.flatMap((event) =>
        event.type === 'reload' && event.phase === 'started' ? [event.reason] : [],
      );
    },
  };
}
