/** The worker that is forked ahead of the next save, in real processes. */

import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { tempFolder, writeFiles } from '../support/folders.ts';
import { send } from '../support/http.ts';
import { childrenOf, isAlive } from '../support/processes.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import type { StreamClient } from '../support/stream.ts';
import { waitFor, within } from '../support/wait.ts';

/** How long what happens sooner or later may take on a busy machine. */
const patiently = { seconds: 60 };

/** The generation of the code that was made last. */
function generationOf({ events }: StreamClient): number {
  return events.reduce((last, e) => (e.type === 'reload' ? Math.max(last, e.generation) : last), 0);
}

/** Saves, and resolves with the generation that this made when every answer is new. */
async function saveAndReload(server: RunningServer, cwd: string, version: number): Promise<number> {
  const stream = await server.stream();
  const last = generationOf(stream);
  const file = join(cwd, 'message.py');
  writeFileSync(file, `TEXT = "version ${version}"\n`);
  const { generation } = await stream.event(
    'reload',
    (e) => e.phase === 'started' && e.generation > last && e.files.includes(file),
    30,
  );
  const isNew = async (): Promise<boolean> =>
    (await send(server.url)).body.includes(`version ${version}`);
  await waitFor('new answers', isNew, patiently);
  return generation;
}

/** The newest one; another replaces it when libraries were preloaded meanwhile. */
const standbyOf = (server: RunningServer): Promise<number> =>
  waitFor(
    'a standby',
    () => {
      const pid = Number([...server.stderr.matchAll(/Standby with pid: (\d+)/g)].at(-1)?.[1]);
      return isAlive(pid) ? pid : undefined;
    },
    patiently,
  );

const verbose = { args: ['--log-level', 'debug'] };

test('a save continues the standby', async (t) => {
  const fixture = await APPS.flask(t);
  const server = await startServer(t, { ...fixture, ...verbose });
  const { events } = await server.stream();
  const firstOf = (generation: number) =>
    events.find((e) => e.type === 'worker' && e.generation === generation && e.worker === 1);
  let version = 1;
  const continues = async (): Promise<boolean> => {
    await saveAndReload(server, fixture.cwd, version + 1);
    const pid = await standbyOf(server);
    version += 2;
    const first = firstOf(await saveAndReload(server, fixture.cwd, version));
    return first?.type === 'worker' && first['process.pid'] === pid;
  };
  await waitFor('a worker that was the standby', continues, patiently);
});

test('a save is acknowledged by the zygote, not by a standby that is quicker', async (t) => {
  const fixture = await APPS.flask(t);
  const server = await startServer(t, { ...fixture, ...verbose });
  const stream = await server.stream();
  const file = join(fixture.cwd, 'message.py');
  const zygote = childrenOf(server.pid, server.processes())[0]?.pid ?? 0;
  let version = 2;
  const saveUnheard = async (): Promise<{ acknowledged: boolean }> => {
    await saveAndReload(server, fixture.cwd, version);
    await standbyOf(server);
    const last = generationOf(stream);
    process.kill(zygote, 'SIGSTOP'); // old workers do not hear of a newer generation
    const save = { acknowledged: false };
    version += 1;
    writeFileSync(file, `TEXT = "version ${version}"\n`);
    const saved = stream.command('saved', { files: [file] }).then(() => {
      save.acknowledged = true;
    });
    try {
      // None comes if the zygote was about to replace the standby.
      await stream.event('worker', (e) => e.generation > last && e.state === 'ready', 5);
      await stream.command('preload', {}); // whatever that brought about has been told by now
      return { ...save };
    } finally {
      process.kill(zygote, 'SIGCONT');
      await saved;
      version += 1;
    }
  };
  const { acknowledged } = await waitFor('a standby that is quicker', saveUnheard, patiently);
  assert.equal(acknowledged, false);
  assert.match((await send(server.url)).body, new RegExp(`version ${version - 1}`));
});

test('a standby that has read what changed ends, and another worker answers', async (t) => {
  const fixture = await APPS.flask(t);
  const app = join(fixture.cwd, 'wsgi.py');
  const imports = join(fixture.cwd, 'imports.log');
  writeFileSync(app, `${NOTES_ITS_PROCESS}\n${readFileSync(app, 'utf8')}`);
  const server = await startServer(t, { ...fixture, ...verbose });
  await saveAndReload(server, fixture.cwd, 2);
  const pid = await waitFor(
    'a standby that has read the app',
    async () => {
      const newest = await standbyOf(server);
      return readFileSync(imports, 'utf8').includes(`+${newest}+`) && newest;
    },
    patiently,
  );
  appendFileSync(app, '\n# the standby has read this file\n');
  await saveAndReload(server, fixture.cwd, 3);
  await waitFor('its end', () => !isAlive(pid), patiently);
  assert.match((await send(server.url)).body, /version 3/);
});

const NOTES_ITS_PROCESS = `
import os
with open(__file__.replace("wsgi.py", "imports.log"), "a") as log:
    log.write(f"+{os.getpid()}+")
`;

test('an app that starts threads as it is imported has no standby', async (t) => {
  const fixture = await APPS.bare(t);
  const app = join(fixture.cwd, 'wsgi.py');
  const imports = join(fixture.cwd, 'imports.log');
  writeFileSync(app, `${STARTS_A_THREAD}\n${readFileSync(app, 'utf8')}`);
  utimesSync(app, 0, 0); // so that the newest file is the other, by which a standby waits
  const server = await startServer(t, { ...fixture, ...verbose });
  await waitFor('the refusal', () => /No standby: .* threads/.test(server.stderr));
  const before = readFileSync(imports, 'utf8').length;
  await saveAndReload(server, fixture.cwd, 2);
  await waitFor('an import of each new worker', () => {
    return readFileSync(imports, 'utf8').length === before + 2;
  });
});

const STARTS_A_THREAD = `
import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
with open(__file__.replace("wsgi.py", "imports.log"), "a") as log:
    log.write("+")
`;

test('a standby that is forked only when the server stops does not hold that up', async (t) => {
  const cwd = tempFolder(t);
  writeFiles(cwd, { 'wsgi.py': IMPORTS_LATE, 'late_1.py': '', 'late_2.py': '', 'late_3.py': '' });
  const server = await startServer(t, { cwd, app: 'wsgi', args: ['-w1', '--log-level', 'debug'] });
  const stream = await server.stream();
  const asked = () => server.stderr.split('Asking for worker 1 of generation 2').length - 1;
  const importLate = async (name: string): Promise<void> => {
    await send(`${server.url}/?${name}`);
    await stream.event('request.ended', (event) => event['url.query'] === name);
  };
  await standbyOf(server);
  const zygote = childrenOf(server.pid, server.processes())[0]?.pid ?? 0;
  process.kill(zygote, 'SIGSTOP');
  const before = asked();
  await importLate('late_1'); // so the standby lacks something
  await waitFor('another to be asked for', () => asked() > before);
  await importLate('late_2'); // and so will that one
  await importLate('late_3');
  process.kill(server.pid, 'SIGTERM');
  await waitFor('the stop', () => server.stderr.includes('Handling signal: term'));
  process.kill(zygote, 'SIGCONT');
  assert.equal((await within(20, 'its end', server.exited)).code, 0);
});

const IMPORTS_LATE = `
import importlib

def application(environ, start_response):
    if environ["QUERY_STRING"]:
        importlib.import_module(environ["QUERY_STRING"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"body"]
`;
