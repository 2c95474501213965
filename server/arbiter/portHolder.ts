/** Who listens on a port already, for the message that says so. Linux tells; elsewhere null. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTEN = '0A';

/** `pid 4711 (python3 -m http.server)`, or null when the system does not say. */
export function portHolder(port: number): string | null {
  try {
    const inodes = listeningInodes(port);
    const pid = pids().find((candidate) => holds(candidate, inodes));
    return pid ? `pid ${pid} (${commandOf(pid)})` : null;
  } catch {
    return null;
  }
}

function listeningInodes(port: number): Set<string> {
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8').split('\n').slice(1),
  );
  const sockets = lines.map((line) => line.trim().split(/\s+/));
  const ours = sockets.filter(
    ([, local = '', , state]) =>
      state === LISTEN && Number.parseInt(local.split(':')[1] ?? '', 16) === port,
  );
  return new Set(ours.map((fields) => `socket:[${fields[9]}]`));
}

function pids(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function holds(pid: string, inodes: Set<string>): boolean {
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`);
    return descriptors.some((name) => inodes.has(readlinkSync(`/proc/${pid}/fd/${name}`)));
  } catch {
    return false; // another user's process, or one that has just ended
  }
}

function commandOf(pid: string): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim().slice(0, 80);
}
