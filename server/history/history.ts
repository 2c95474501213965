/**
 * The history: what the store keeps, in a file, so that it is there again after a restart.
 *
 * What is new is added every few seconds; when the file has grown to twice its bounds, it is written anew
 * from the store. Everything is turned into text a little at a time: the arbiter has other things to do.
 */

import { renameSync } from 'node:fs';
import { setImmediate as breath } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { KeptEvent } from '../stream/protocol.ts';
import type { Store } from '../stream/store.ts';
import {
  createSelection,
  HISTORY_LIMITS,
  type HistoricEvent,
  type HistoryLimits,
} from './bounds.ts';
import { append, readText, replace } from './file.ts';
import { type Decoded, decode, encode, HEADER } from './format.ts';
import { takeLock } from './lock.ts';

/** Milliseconds: a kill loses what is newer. */
const WRITE_AFTER = 5_000;
/** Milliseconds of work at a stretch. */
const STRETCH = 5;

export interface HistoryOptions {
  file: string;
  store: Store;
  log: Log;
  limits?: HistoryLimits;
}

export interface History {
  /** The newest that the file knows of; those to come go on from there. */
  readonly generation: number;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

/** Fills the store with what the file has; null, and a warning, when it has to do without. */
export async function openHistory(options: HistoryOptions): Promise<History | null> {
  const { file, log } = options;
  try {
    const lock = takeLock(file);
    if ('release' in lock) return keepHistory(options, await restored(options), lock.release);
    log('warning', `No history: ${file} is that of another server (pid ${lock.pid}).`);
  } catch (error) {
    log('warning', `No history: ${(error as Error).message}`);
  }
  return null;
}

/** What is in it; a file that is damaged, or none of ours, is set aside. */
async function restored({ file, store, log }: HistoryOptions): Promise<HistoricEvent[]> {
  const { entries, fault } = await readHistory(file);
  store.restore(entries);
  if (fault) {
    const aside = `${file}.damaged`;
    renameSync(file, aside);
    log('warning', `The history ${file} is ${fault}: it is ${aside} now, and a new one is begun.`);
  }
  return entries.map(({ event }) => event);
}

async function readHistory(file: string): Promise<Decoded> {
  try {
    const content = await readText(file);
    return content ? decode(content) : { entries: [], fault: null };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_') && code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    return { entries: [], fault: `damaged (${message})` };
  }
}

function keepHistory(
  { file, store, log, limits = HISTORY_LIMITS }: HistoryOptions,
  earlier: HistoricEvent[],
  release: () => void,
): History {
  const kept = createSelection(limits);
  const pending = createSelection(limits);
  for (const event of earlier) kept.add(event);
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  let whole = true; // the first time, and after a failure
  let bytes = 0;
  let failed = false;

  const write = async (): Promise<void> => {
    const all = whole || bytes > 2 * limits.bytes;
    const events = (all ? kept : pending).events();
    pending.clear();
    const lines = await encoded(events, store, limits.bytes);
    await (all ? replace(file, [HEADER, ...lines]) : append(file, lines));
    bytes = lines.reduce((sum, line) => sum + line.length, all ? 0 : bytes);
    whole = failed = false;
  };
  const fail = (error: Error): void => {
    whole = true;
    if (!failed) log('warning', `The history cannot be written: ${error.message}`);
    failed = true;
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write).catch(fail);
    return writing;
  };
  const take = (event: KeptEvent): void => {
    if (event.type === 'cleared') {
      kept.clear();
      pending.clear();
      whole = true;
      void flush();
    }
    kept.add(event);
    pending.add(event);
    if (!pending.empty) timer ??= setTimeout(flush, WRITE_AFTER).unref();
  };

  const unsubscribe = store.subscribe(take);
  return {
    generation: earlier.reduce((most, event) => Math.max(most, event.generation ?? 0), 0),
    close: async () => {
      unsubscribe();
      if (!pending.empty) void flush();
      await writing;
      release();
    },
  };
}

/** The newest of them that fit, each with its trace; in their order. */
async function encoded(events: HistoricEvent[], store: Store, most: number): Promise<string[]> {
  const lines: string[] = [];
  let bytes = 0;
  let began = performance.now();
  for (const event of events.toReversed()) {
    if (performance.now() - began > STRETCH) {
      await breath();
      began = performance.now();
    }
    const line = encode(event, event.type === 'request.ended' ? store.stored(event.request) : null);
    bytes += line.length;
    if (bytes > most) break;
    lines.push(line);
  }
  return lines.reverse();
}
