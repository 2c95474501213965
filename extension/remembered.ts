/**
 * Which servers ran when the window went, in a file of the workspace's storage. A server ends with its extension
 * host; that of a window which was reloaded, or of an extension host which crashed, is started again.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Wanted } from './wanted.ts';

export interface Remembered {
  wanted: Wanted;
  /** That it listened on, and is to listen on again. */
  port: number;
  /** Of its process, which has to end before another takes its place. */
  pid: number;
}

interface Kept {
  /** What has started the extension host: the same after a reload, another after the editor was closed. */
  editor: number;
  servers: Remembered[];
  /** When the extension host was told to end, milliseconds since the epoch; absent when it crashed. */
  left?: number;
}

/** A window that was closed, and is opened again later, starts nothing by itself. Milliseconds. */
const RELOAD = 60_000;

export interface Memory {
  keep(servers: Remembered[]): void;
  /** The extension host ends: what runs now is what is remembered. */
  leave(): void;
  /** What ran in this window before it was reloaded; told once. */
  recall(): Remembered[];
}

export function createMemory(file: string, editor: number, now = Date.now): Memory {
  let kept: Kept = { editor, servers: [] };
  let left = false;

  function write() {
    mkdirSync(dirname(file), { recursive: true });
    // Variables of the environment may be secrets.
    writeFileSync(file, JSON.stringify(kept), { mode: 0o600 });
  }

  return {
    keep(servers) {
      if (left) return;
      kept = { editor, servers };
      if (servers.length > 0) write();
      else rmSync(file, { force: true });
    },
    leave() {
      left = true;
      kept.left = now();
      if (kept.servers.length > 0) write();
    },
    recall() {
      const found = read(file);
      rmSync(file, { force: true });
      if (found?.editor !== editor) return [];
      return found.left !== undefined && now() - found.left > RELOAD ? [] : found.servers;
    },
  };
}

function read(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept;
  } catch {
    return undefined; // there is none, or half of one
  }
}
