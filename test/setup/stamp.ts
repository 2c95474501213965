/** A piece of the cache folder that is made once, and again when what is wanted changes. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../support/paths.ts';

export interface Stamped {
  /** Folder under the cache folder. */
  folder: string;
  /** What the stamp file holds: any change of it makes the piece again. */
  wanted: string;
  /** Resolves when what is there works; a piece without a stamp that works is taken as it is. */
  probe(folder: string): Promise<unknown>;
  /** Makes it in an empty folder. */
  make(folder: string): Promise<void>;
}

export async function stamped({ folder, wanted, probe, make }: Stamped): Promise<void> {
  const path = join(cacheFolder, folder);
  const stamp = join(cacheFolder, `${folder}.stamp`);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (existsSync(stamp) || !(await works(() => probe(path)))) {
    console.log(`Setting up ${folder} in ${cacheFolder} …`);
    rmSync(path, { recursive: true, force: true });
    rmSync(stamp, { force: true });
    mkdirSync(path, { recursive: true });
    await make(path);
    await probe(path);
  }
  writeFileSync(stamp, wanted);
}

async function works(probe: () => Promise<unknown>): Promise<boolean> {
  return probe().then(
    () => true,
    () => false,
  );
}
