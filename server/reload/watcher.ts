/**
 * Notices changes: chokidar over the root folder and the files that the app imported from elsewhere,
 * and the editor itself, which knows first. Changes that come together are one.
 */

import { dirname, resolve } from 'node:path';
import { watch as chokidar } from 'chokidar';
import { createBatch } from './batch.ts';
import { isIgnoredFolder, isInside, isRelevant } from './change.ts';
import { createContents } from './contents.ts';

/** A file that is imported so soon after its change may have been imported just before it. */
const CLAIM_WITHIN = 2_000;

/** chokidar leaves out changes of a file within 50 ms of one that it told of: so look once more. */
const LOOK_AGAIN = 80;

export interface WatcherOptions {
  root: string;
  extra: string[];
  broken(): boolean;
  /**
   * `noticed` is `performance.now()` at the first file's event. Resolves when no answer comes from
   * the old code any more.
   */
  changed(files: string[], noticed: number): Promise<void>;
  failed(message: string): void;
}

export interface Watcher {
  /** Resolves when changes from now on are noticed. */
  ready: Promise<void>;
  /** User files that the app has imported, wherever they are. */
  imported(files: string[]): void;
  /** The editor saved these. Resolves when no answer comes from the old code any more. */
  saved(files: string[]): Promise<void>;
  close(): Promise<void>;
}

export function watchCode(options: WatcherOptions): Watcher {
  const imported = new Set<string>();
  const contents = createContents();
  const batch = createBatch(options.changed);

  /** Changed a moment ago and not known to be imported: the report of that may be on its way. */
  const unclaimed = new Map<string, number>();

  const looks = new Map<string, NodeJS.Timeout>();

  const noticed = async (path: string): Promise<void> => {
    const at = performance.now();
    const known = { imported, extra: options.extra, broken: options.broken() };
    if (!isRelevant(path, known)) {
      if (path.endsWith('.py')) unclaimed.set(path, at);
    } else if (await contents.isNew(path)) batch.add(path, at);
  };
  const claim = (path: string): void => {
    const at = unclaimed.get(path) ?? Number.NEGATIVE_INFINITY;
    if (performance.now() - at < CLAIM_WITHIN) void noticed(path);
    unclaimed.delete(path);
  };

  const lookAgain = (path: string): void => {
    clearTimeout(looks.get(path));
    const look = (): void => {
      looks.delete(path);
      void noticed(path);
    };
    looks.set(path, setTimeout(look, LOOK_AGAIN));
  };

  const watcher = chokidar([options.root, ...options.extra.map(folderOfPattern)], {
    ignoreInitial: true,
    ignorePermissionErrors: true,
    ignored: (path, stats) =>
      stats?.isDirectory() === true && path !== options.root && isIgnoredFolder(path),
  });
  watcher.on('all', (event, path) => {
    if (event === 'addDir' || event === 'unlinkDir') return;
    void noticed(resolve(path));
    lookAgain(resolve(path));
  });
  watcher.on('error', (error) => options.failed(`Watching files: ${String(error)}`));

  return {
    ready: new Promise((settle) => watcher.once('ready', settle)),
    imported: (files) => {
      const elsewhere = files.filter(
        (file) => !imported.has(file) && !isInside(file, options.root),
      );
      for (const file of files) imported.add(file);
      for (const file of files) claim(file);
      if (elsewhere.length > 0) watcher.add(elsewhere);
    },
    saved: async (files) => {
      await Promise.all(files.map((file) => noticed(resolve(file))));
      await batch.delivered();
    },
    close: async () => {
      batch.close();
      for (const look of looks.values()) clearTimeout(look);
      await watcher.close();
    },
  };
}

/** The part of a glob before its first wildcard: chokidar takes no globs. */
function folderOfPattern(pattern: string): string {
  const wildcard = pattern.search(/[*?[{]/);
  return wildcard < 0 ? pattern : dirname(`${pattern.slice(0, wildcard)}x`);
}
