import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { meant, noneSuch } from '../../../extension/debug/attachable.ts';
import type { ServerOptions } from '../../../extension/serverProcess.ts';
import { createServers, type Ports } from '../../../extension/servers.ts';
import { tempFolder, writeFiles } from '../../support/folders.ts';
import { freePort } from '../../support/freePort.ts';
import { serverBundle, venvPython } from '../../support/paths.ts';
import { isAlive } from '../../support/processes.ts';

const saying = (text: string) => `
def application(environ, start_response):
    start_response("200 OK", [])
    return [b"${text}"]
`;

function setUp(t: TestContext) {
  const root = tempFolder(t);
  writeFiles(root, { 'shop/wsgi.py': saying('shop'), 'blog/wsgi.py': saying('blog') });
  const servers = createServers({ script: serverBundle, onLine: () => {} });
  t.after(() => servers.stop());
  const known: Ports[] = [];
  const hookOf = (name: string) => ({ app: 'wsgi:application', root: join(root, name) });
  const start = (name: string, more: Partial<ServerOptions> = {}) => {
    const plan = async (ports: Ports): Promise<ServerOptions> => {
      known.push(ports);
      const port = ports.own ?? (await freePort());
      const python = venvPython;
      return { ...hookOf(name), python, port, workers: 1, args: [], env: {}, ...more };
    };
    return servers.start(hookOf(name), plan);
  };
  return { servers, start, hookOf, known };
}

const answer = async (address = '') => (await fetch(address)).text();

test('two app hooks at once: two servers, each on its port; the last is the current one', async (t) => {
  const { servers, start, hookOf, known } = setUp(t);
  const [shop, blog] = await Promise.all([start('shop'), start('blog')]);
  assert.equal(await answer(shop.server.info.addresses[0]), 'shop');
  assert.equal(await answer(blog.server.info.addresses[0]), 'blog');
  assert.deepEqual(servers.all, [shop.host, blog.host]);
  assert.equal(servers.current, blog.host);
  assert.equal(servers.find(hookOf('shop')), shop.host);
  const taken = [shop.server.options.port];
  assert.deepEqual(known.at(-1), { own: undefined, taken }, 'promised before it listens');
});

test('the same again is the same server, and the current one; with other options another', async (t) => {
  const { servers, start } = setUp(t);
  const first = await start('shop');
  await start('blog');
  const same = await start('shop');
  assert.deepEqual([first.fresh, same.fresh], [true, false]);
  assert.equal(same.server, first.server);
  assert.equal(servers.current, first.host);
  const other = await start('shop', { threads: 1 });
  assert.equal(other.fresh, true);
  assert.equal(other.server.options.port, first.server.options.port);
  assert.equal(isAlive(first.server.info.pid), false);
  assert.equal(servers.all.length, 2);
});

test('asked for twice at once: one process', async (t) => {
  const { servers, start } = setUp(t);
  const [one, two] = await Promise.all([start('shop'), start('shop')]);
  assert.equal(one.server, two.server);
  assert.equal(servers.all.length, 1);
});

test('when the current one ends, one that runs is; each change of it is told once', async (t) => {
  const { servers, start } = setUp(t);
  const told: (string | undefined)[] = [];
  servers.onCurrent((server) => told.push(server?.options.root.split('/').at(-1)));
  const shop = await start('shop');
  const blog = await start('blog');
  servers.choose(shop.host);
  servers.choose(shop.host);
  await shop.host.stop();
  assert.equal(servers.current, blog.host);
  assert.deepEqual(servers.all, [blog.host]);
  const crashed = new Promise((resolve) => servers.onCrash(({ host }) => resolve(host)));
  process.kill(blog.server.info.pid, 'SIGKILL');
  assert.equal(await crashed, blog.host);
  assert.equal(servers.current, blog.host, 'what Restart means');
  assert.deepEqual(servers.all, []);
  // While the second starts there is no server of the current one.
  assert.deepEqual(told, ['shop', undefined, 'blog', 'shop', 'blog', undefined]);
});

test('a restart of the current one shows no other meanwhile', async (t) => {
  const { servers, start } = setUp(t);
  await start('shop');
  const blog = await start('blog');
  const told: unknown[] = [];
  const states: string[] = [];
  servers.onCurrent((server) => told.push(server));
  blog.host.onChange(() => states.at(-1) !== blog.host.state && states.push(blog.host.state));
  const again = await blog.host.start(blog.server.options, { again: true });
  assert.deepEqual(told, [undefined, again]);
  assert.deepEqual(states.slice(0, 2), ['stopping', 'starting']);
  assert.ok(!states.includes('stopped'), states.join());
});

test('an attach configuration means one by its app hook, or by its folder', async (t) => {
  const { servers, start, hookOf } = setUp(t);
  const shop = await start('shop');
  const blog = await start('blog');
  assert.deepEqual(meant(servers, {}), [shop.host, blog.host]);
  assert.deepEqual(meant(servers, { server: 'wsgi:application' }), [shop.host, blog.host]);
  assert.deepEqual(meant(servers, { cwd: hookOf('blog').root }), [blog.host]);
  assert.deepEqual(meant(servers, { server: 'other:app' }), []);
  assert.match(noneSuch(servers, { server: 'other:app' }), /other:app/);
  await servers.stop();
  assert.match(noneSuch(servers, {}), /Start one/);
});
