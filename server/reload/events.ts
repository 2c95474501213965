/**
 * Where changes are heard of: chokidar over the root folder, and the folders of single files that
 * lie elsewhere. What it misses, the sweep finds.
 */

import { existsSync, type FSWatcher, watch as watchFolder } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type FSWatcher as Chokidar, watch as chokidar } from 'chokidar';
import { isIgnoredFolder } from './change.ts';

export interface EventsOptions {
  root: string;
  /** Folders and files besides it. */
  besides: string[];
  /** Whether this is a file that matters; of others only chokidar says that they are files. */
  known(path: string): boolean;
  /** A file may have changed, come or gone. */
  heard(path: string): void;
  failed(message: string): void;
}

export interface Events {
  /** Resolves when changes from now on are heard of. */
  ready: Promise<void>;
  /** The files that were there when it was ready, and those that came. */
  files(): string[];
  /** Hear of this file, which may lie anywhere, too. */
  add(path: string): void;
  close(): Promise<void>;
}

export type OpenEvents = (options: EventsOptions) => Events;

export const openEvents: OpenEvents = (options) => {
  const { root, besides, known, heard } = options;
  const heardRaw = (path: string): void => {
    if (known(path)) heard(path);
  };
  const fail = failOnce(options.failed);
  const folders = new Map<string, FSWatcher | null>();
  const watcher = chokidar([root, ...besides], {
    ignoreInitial: true,
    ignorePermissionErrors: true,
    ignored: (path, stats) =>
      stats?.isDirectory() === true && path !== root && isIgnoredFolder(path),
  });
  watcher.on('all', (event, path) => {
    if (event !== 'addDir' && event !== 'unlinkDir') heard(resolve(path));
  });
  hearRaw(watcher, heardRaw);
  watcher.on('error', fail);

  return {
    ready: new Promise((settle) => watcher.once('ready', settle)),
    files: () => filesOf(watcher),
    add: (path) => {
      const folder = dirname(path);
      if (folders.has(folder)) return;
      const wholePackage = packageOf(folder);
      if (wholePackage) watcher.add(wholePackage);
      folders.set(folder, wholePackage ? null : watchOne(folder, heard, fail));
    },
    close: async () => {
      for (const folder of folders.values()) folder?.close();
      await watcher.close();
    },
  };
};

/** The system's own events come sooner, and chokidar leaves out those that follow within 50 ms. */
function hearRaw(watcher: Chokidar, heard: (path: string) => void): void {
  watcher.on('raw', (_, name, details) => {
    const { watchedPath } = details as { watchedPath: string };
    heard(watchedPath); // it is either a file,
    if (name) heard(join(watchedPath, name)); // or the folder that has it
  });
}

/** The outermost package that `folder` is part of; null when it is none. */
function packageOf(folder: string): string | null {
  if (!existsSync(join(folder, '__init__.py'))) return null;
  return packageOf(dirname(folder)) ?? folder;
}

function watchOne(
  folder: string,
  heard: (path: string) => void,
  fail: (error: unknown) => void,
): FSWatcher | null {
  try {
    const watcher = watchFolder(folder, (_, name) => {
      if (name) heard(join(folder, name));
    });
    return watcher.on('error', fail);
  } catch (error) {
    fail(error);
    return null;
  }
}

function filesOf(watcher: Chokidar): string[] {
  const watched = watcher.getWatched();
  const isFolder = (path: string): boolean => Object.hasOwn(watched, path);
  return Object.entries(watched).flatMap(([folder, names]) =>
    names.map((name) => join(folder, name)).filter((path) => !isFolder(path)),
  );
}

/** A limit that is reached is reached for each folder: one line is enough. */
function failOnce(failed: (message: string) => void): (error: unknown) => void {
  const said = new Set<string>();
  return (error) => {
    const { code, message } = error as NodeJS.ErrnoException;
    const kind = code ?? message;
    if (said.has(kind)) return;
    said.add(kind);
    const limit = code === 'ENOSPC' || code === 'EMFILE';
    failed(
      limit ? 'The system watches no more files; changes are looked for once a second' : message,
    );
  };
}
