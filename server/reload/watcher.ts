/**
 * Notices changes: from the system's events, from the editor itself, which knows first, and from a
 * look at what no event told of. Changes that come together are one.
 */

import { dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Batch, createBatch } from './batch.ts';
import { isData, isInside, isRelevant } from './change.ts';
import { watchCheckouts } from './checkout.ts';
import { type Contents, createContents } from './contents.ts';
import { type OpenEvents, openEvents } from './events.ts';
import { startSweep } from './sweep.ts';

const STALE = Promise.resolve(true);

export interface WatcherOptions {
  root: string;
  /** Files and globs that ask for new workers, whatever they are: absolute paths. */
  extra: string[];
  broken(): boolean;
  /**
   * `noticed` is `performance.now()` at the first file's event. Resolves when no answer comes from
   * the old code any more.
   */
  changed(files: string[], noticed: number): Promise<void>;
  failed(message: string): void;
}

/** What a worker knows of the code that it runs. */
export interface Sources {
  /** User files that are imported, wherever they are. */
  files: string[];
  /** SHA-256 of what of them was read, in hexadecimal, where that is known. */
  digests: Record<string, string>;
  /** Where modules were looked for and not found: absolute paths without an extension. */
  missed: string[];
}

export interface Watcher {
  /** Resolves when changes from now on are noticed. */
  ready: Promise<void>;
  /** A worker of the current generation runs these. */
  imported(sources: Sources): void;
  /** The editor saved these. Resolves when no answer comes from the old code any more. */
  saved(files: string[]): Promise<void>;
  close(): Promise<void>;
}

export function watchCode(options: WatcherOptions, open: OpenEvents = openEvents): Watcher {
  const { root, extra } = options;
  const imported = new Set<string>();
  const missed = new Set<string>();
  /** Other files that matter: those that are read once, and those that a module may come from. */
  const others = new Set(extra.filter((pattern) => folderOfPattern(pattern) === pattern));
  const contents = createContents();
  const batch = createBatch({ busy: watchCheckouts(root), deliver: options.changed });
  const look = createLook(contents, batch);

  const noticed = async (path: string): Promise<void> => {
    const known = { root, imported, missed, extra, broken: options.broken() };
    if (!isRelevant(path, known)) return;
    if (!imported.has(path)) others.add(path);
    await look(path);
  };

  const events = open({
    root,
    besides: extra.map(folderOfPattern),
    known: (path) => imported.has(path) || others.has(path),
    heard: (path) => void noticed(path),
    failed: (message) => options.failed(`Watching files: ${message}`),
  });
  const ready = events.ready.then(() => {
    for (const path of events.files()) if (isData(path, root)) others.add(path);
  });
  const sweep = startSweep([imported, others], (path) => {
    if (!contents.isKnown(path)) void contents.learn(path);
    else if (contents.mayDiffer(path)) void noticed(path);
  });

  return {
    ready,
    imported: ({ files, digests, missed: places }) => {
      for (const place of places) missed.add(place);
      for (const file of places.flatMap(modulesAt)) {
        others.add(file);
        if (contents.missed(file)) void noticed(file);
      }
      for (const file of files) {
        if (!imported.has(file) && !isInside(file, root)) events.add(file);
        imported.add(file);
        if (batch.has(file)) continue; // it runs what is about to be replaced
        const state = contents.imported(file, digests[file] ?? null);
        if (state === 'stale') void batch.consider(file, performance.now(), STALE);
        else if (state === 'unsure') void noticed(file);
      }
    },
    saved: async (files) => {
      await Promise.all(files.map((file) => noticed(resolve(file))));
      await batch.delivered();
    },
    close: async () => {
      sweep.close();
      batch.close();
      await events.close();
    },
  };
}

/** Events that come at once are one look at the file. */
function createLook(contents: Contents, batch: Batch): (path: string) => Promise<void> {
  const waiting = new Map<string, Promise<void>>();
  return (path) => {
    const soon = waiting.get(path);
    if (soon) return soon;
    const isNew = setImmediate().then(() => {
      waiting.delete(path);
      return contents.isNew(path);
    });
    const looked = batch.consider(path, performance.now(), isNew);
    waiting.set(path, looked);
    return looked;
  };
}

/** The files that a module is most often, for an absolute path without an extension. */
function modulesAt(place: string): string[] {
  return [`${place}.py`, join(place, '__init__.py')];
}

/** The part of a glob before its first wildcard: chokidar takes no globs. */
function folderOfPattern(pattern: string): string {
  const wildcard = pattern.search(/[*?[{]/);
  return wildcard < 0 ? pattern : dirname(`${pattern.slice(0, wildcard)}x`);
}
