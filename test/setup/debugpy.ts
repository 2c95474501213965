/** Older releases of debugpy, each in a folder of its own: what a project may have pinned. */

import { join } from 'node:path';
import { cacheFolder, venvPython } from '../support/paths.ts';
import { quietly } from './quietly.ts';
import { stamped } from './stamp.ts';

/** The folder that holds the package, made once and kept. */
export async function debugpyFolder(version: string): Promise<string> {
  const name = `debugpy-${version}`;
  const wanted = `debugpy==${version}`;
  await stamped({
    folder: name,
    wanted,
    probe: (folder) => {
      const isThere = `import debugpy; assert debugpy.__version__ == "${version}"`;
      return quietly(venvPython, ['-c', isThere], { env: { PYTHONPATH: folder } });
    },
    async make(folder) {
      const install = ['-m', 'pip', 'install', '-q', '--no-deps', '--target', folder, wanted];
      await quietly(venvPython, install);
    },
  });
  return join(cacheFolder, name);
}
