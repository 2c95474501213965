/** A process of its own for a test: watches a folder whose files it says it imported, and tells. */

import { once } from 'node:events';
import { globSync } from 'node:fs';
import { watchCode } from '../../server/reload/watcher.ts';

const [root = '.'] = process.argv.slice(2);
const tell = (what: object): void => console.log(JSON.stringify(what));

const watcher = watchCode({
  root,
  extra: [],
  broken: () => false,
  changed: async (files) => tell({ changed: files }),
  failed: (message) => tell({ failed: message }),
});
watcher.imported({ files: globSync(`${root}/**/*.py`), digests: {}, missed: [] });
await watcher.ready;
tell({ ready: true });
await once(process.stdin.resume(), 'end');
await watcher.close();
