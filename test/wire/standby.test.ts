/** The worker that is forked ahead of the next save, in real processes. */

import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { APPS } from '../support/apps.ts';
import { send } from '../support/http.ts';
import { childrenOf, isAlive } from '../support/processes.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { waitFor } from '../support/wait.ts';

/** Saves, and resolves when every answer is new. */
async function saveAndReload(server: RunningServer, cwd: string, version: number): Promise<void> {
  const stream = await server.stream();
  const file = join(cwd, 'message.py');
  writeFileSync(file, `TEXT = "version ${version}"\n`);
  await stream.event('reload', ({ phase, files }) => phase === 'started' && files.includes(file));
  await waitFor('new answers', async () =>
    (await send(server.url)).body.includes(`version ${version}`),
  );
}

/** The newest one; another replaces it when libraries were preloaded meanwhile. */
const standbyOf = (server: RunningServer): Promise<number> =>
  waitFor('a standby', () => {
    const pid = Number([...server.stderr.matchAll(/Standby with pid: (\d+)/g)].at(-1)?.[1]);
    return isAlive(pid) ? pid : undefined;
  });

const verbose = { args: ['--log-level', 'debug'] };

test('a save continues the standby', async (t) => {
  const fixture = await APPS.flask(t);
  const server = await startServer(t, { ...fixture, ...verbose });
  const { events } = await server.stream();
  const firstOf = (generation: number) =>
    events.find((e) => e.type === 'worker' && e.generation === generation && e.worker === 1);
  let version = 1;
  await waitFor('a worker that was the standby', async () => {
    await saveAndReload(server, fixture.cwd, version + 1);
    const pid = await standbyOf(server);
    version += 2;
    await saveAndReload(server, fixture.cwd, version);
    const first = firstOf(version);
    return first?.type === 'worker' && first['process.pid'] === pid;
  });
});

test('a save is acknowledged by the zygote, not by a standby that is quicker', async (t) => {
  const fixture = await APPS.flask(t);
  const server = await startServer(t, { ...fixture, ...verbose });
  await saveAndReload(server, fixture.cwd, 2);
  await standbyOf(server);
  const zygote = childrenOf(server.pid, server.processes())[0]?.pid ?? 0;
  process.kill(zygote, 'SIGSTOP'); // old workers do not hear of a newer generation
  const stream = await server.stream();
  const file = join(fixture.cwd, 'message.py');
  writeFileSync(file, 'TEXT = "version 3"\n');
  let acknowledged = false;
  const saved = stream.command('saved', { files: [file] }).then(() => {
    acknowledged = true;
  });
  await stream.event('worker', (event) => event.generation === 3 && event.state === 'ready');
  await stream.command('preload', {}); // whatever that brought about has been told by now
  assert.equal(acknowledged, false);
  process.kill(zygote, 'SIGCONT');
  await saved;
  assert.match((await send(server.url)).body, /version 3/);
});

test('a standby that has read what changed ends, and another worker answers', async (t) => {
  const fixture = await APPS.flask(t);
  const server = await startServer(t, { ...fixture, ...verbose });
  await saveAndReload(server, fixture.cwd, 2);
  const pid = await standbyOf(server);
  appendFileSync(join(fixture.cwd, 'wsgi.py'), '\n# the standby has read this file\n');
  await saveAndReload(server, fixture.cwd, 3);
  await waitFor('its end', () => !isAlive(pid));
  assert.match((await send(server.url)).body, /version 3/);
});

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
