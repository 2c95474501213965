/** Real databases, each in a temporary folder of its own, reached by a Unix socket only. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { cleanUp } from './cleanup.ts';
import { tempFolder } from './folders.ts';
import { isAlive } from './processes.ts';
import { waitFor } from './wait.ts';

const isRoot = process.getuid?.() === 0;

/** The folder of its socket; the user is `postgres`, and so is the database. */
export async function startPostgres(test: TestContext): Promise<string> {
  const bin = postgresFolder();
  const folder = tempFolder(test);
  const owner = isRoot ? idsOf('postgres') : undefined; // it refuses to run as root
  if (owner) giveTo(owner, folder);
  const data = join(folder, 'data');
  const options = ['--no-sync', '--auth=trust', '--username=postgres', '--no-locale'];
  run(join(bin, 'initdb'), ['-D', data, '--encoding=UTF8', ...options], owner);
  const settings = ['-c', 'listen_addresses=', '-c', 'fsync=off'];
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, ...settings], {
    stdio: 'ignore',
    cwd: folder,
    ...owner,
  });
  cleanUp(test, () => end(server, 'SIGINT'));
  const isReady = () => succeeds(join(bin, 'pg_isready'), ['-q', '-h', folder]);
  await waitFor('PostgreSQL', isReady, { seconds: 30, interval: 100 });
  return folder;
}

/** The path of its socket; the user is `root`, the database is `test`. */
export async function startMariaDb(test: TestContext): Promise<string> {
  const folder = tempFolder(test);
  const data = join(folder, 'data');
  mkdirSync(data);
  const common = ['--no-defaults', `--datadir=${data}`];
  const user = isRoot ? ['--user=root'] : [];
  run('mariadb-install-db', [...common, ...user, '--auth-root-authentication-method=normal']);
  const socket = join(folder, 'socket');
  const network = ['--skip-networking', `--socket=${socket}`, `--pid-file=${join(folder, 'pid')}`];
  const server = spawn('/usr/sbin/mariadbd', [...common, ...user, ...network], { stdio: 'ignore' });
  cleanUp(test, () => end(server, 'SIGTERM'));
  const ask = ['--no-defaults', '--user=root', `--socket=${socket}`, '--execute'];
  const isReady = () => succeeds('mariadb', [...ask, 'CREATE DATABASE IF NOT EXISTS test']);
  await waitFor('MariaDB', isReady, { seconds: 30, interval: 100 });
  return socket;
}

/** The path of its socket. */
export async function startRedis(test: TestContext): Promise<string> {
  const folder = tempFolder(test);
  const socket = join(folder, 'socket');
  const options = ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder];
  const server = spawn('/usr/bin/redis-server', options, { stdio: 'ignore' });
  cleanUp(test, () => end(server, 'SIGTERM'));
  const isReady = () => succeeds('redis-cli', ['-s', socket, 'ping']);
  await waitFor('Redis', isReady, { seconds: 30, interval: 100 });
  return socket;
}

/** Ends it, and checks that it is gone: as its last child is, it waits for all of its own. */
async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill(signal);
  await exited;
  assert.equal(isAlive(server.pid ?? 0), false);
}

/** Debian keeps each version in a folder of its own. */
function postgresFolder(): string {
  const versions = '/usr/lib/postgresql';
  const newest = readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0] ?? '';
  return join(versions, newest, 'bin');
}

interface Owner {
  uid: number;
  gid: number;
}

/** The folder above may be the runner's own, for nobody else. */
function giveTo({ uid, gid }: Owner, folder: string): void {
  chownSync(folder, uid, gid);
  const above = dirname(folder);
  const { mode } = statSync(above);
  if (!(mode & 0o001)) chmodSync(above, (mode & 0o777) | 0o001);
}

function idsOf(user: string): Owner {
  const id = (option: string) =>
    Number(spawnSync('id', [option, user], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

function run(command: string, args: string[], owner?: Owner): void {
  const done = spawnSync(command, args, { encoding: 'utf8', cwd: '/', ...owner });
  assert.equal(done.status, 0, `${command}: ${done.stderr}`);
}

const succeeds = (command: string, args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
