/** Which of the servers that run is meant. */

import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { type RegisteredServer, registeredServers } from '../registry/registry.ts';
import type { ServerInfo } from '../stream/serverInfo.ts';
import { FAILED, UsageError } from './usageError.ts';

/** Its stream's URL. @throws UsageError when it is not clear which one, or there is none. */
export function findServer(
  wanted: string | undefined,
  cwd: string = process.cwd(),
  servers: RegisteredServer[] = registeredServers(),
): string {
  if (wanted !== undefined) return named(wanted, servers);
  const [only, ...others] = servers;
  if (!only) throw new UsageError('no server runs that has a panel: prefork --dev …', FAILED);
  const here = others.length === 0 ? only : nearest(servers, realpathSync(cwd));
  if (here) return here.stream;
  throw new UsageError(`several servers run; say which by --server:\n${listed(servers)}`);
}

function named(wanted: string, servers: RegisteredServer[]): string {
  const found = servers.filter((server) => isMeant(server, wanted));
  const [one, another] = found;
  if (one && !another) return one.stream;
  if (another) throw new UsageError(`--server ${wanted} is several:\n${listed(found)}`);
  const direct = streamOf(wanted) ?? fromInfoFile(wanted);
  if (direct) return direct;
  const list = servers.length > 0 ? `; there are\n${listed(servers)}` : '';
  throw new UsageError(`no server is --server ${wanted}${list}`, FAILED);
}

function isMeant({ pid, addresses, panel }: RegisteredServer, wanted: string): boolean {
  const urls = [...addresses, ...(panel ? [panel] : [])];
  if (/^\d+$/.test(wanted)) {
    return pid === Number(wanted) || urls.some((url) => portOf(url) === wanted);
  }
  return urls.some((url) => URL.canParse(wanted) && URL.canParse(url) && isAt(url, wanted));
}

const portOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).port : null);

const isAt = (url: string, wanted: string): boolean => new URL(url).host === new URL(wanted).host;

/** A panel's or a stream's own URL brings its token along. */
function streamOf(wanted: string): string | null {
  if (!URL.canParse(wanted)) return null;
  const { protocol, host, hash } = new URL(wanted);
  if (protocol === 'ws:') return wanted;
  const token = /^#token=(.+)$/.exec(hash)?.[1];
  return protocol === 'http:' && token ? `ws://${host}/stream?token=${token}` : null;
}

function fromInfoFile(path: string): string | null {
  if (!existsSync(path)) return null;
  try {
    const { stream } = JSON.parse(readFileSync(path, 'utf8')) as ServerInfo;
    if (typeof stream === 'string') return stream;
  } catch {
    throw new UsageError(`${path} is no info file`);
  }
  throw new UsageError(`${path} is that of a server without a panel`);
}

/** The one whose folder holds this one, the innermost if they lie in each other. */
function nearest(servers: RegisteredServer[], cwd: string): RegisteredServer | null {
  const around = servers
    .filter(({ root }) => `${cwd}${sep}`.startsWith(`${root}${sep}`))
    .sort((a, b) => b.root.length - a.root.length);
  const [first, second] = around;
  return first && first.root !== second?.root ? first : null;
}

const listed = (servers: RegisteredServer[]): string =>
  servers
    .map(({ pid, app, addresses, root }) => `  ${pid}  ${app}  ${addresses.join(' ')}  ${root}`)
    .join('\n');
