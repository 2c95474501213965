/** Whether git is writing the work tree: it holds the index's lock from its first file to its last. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Milliseconds after which a lock is one that was left behind, or a commit that is being written. */
const STALE = 5_000;

/** Finds the repository that holds `folder`; what it gives tells whether git is at work there. */
export function watchCheckouts(folder: string): () => boolean {
  const lock = indexLock(folder);
  if (lock === null) return () => false;
  return () => {
    const stats = statSync(lock, { throwIfNoEntry: false });
    return stats !== undefined && Date.now() - stats.mtimeMs < STALE;
  };
}

function indexLock(folder: string): string | null {
  const git = join(folder, '.git');
  if (existsSync(git)) return join(gitFolder(git), 'index.lock');
  const above = dirname(folder);
  return above === folder ? null : indexLock(above);
}

/** `.git` of a linked work tree or a submodule is a file that names the folder. */
function gitFolder(git: string): string {
  if (statSync(git).isDirectory()) return git;
  const [, path = git] = /^gitdir: (.+)$/m.exec(readFileSync(git, 'utf8')) ?? [];
  return resolve(dirname(git), path);
}
