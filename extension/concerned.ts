/** Which servers a file concerns. Pure. */

import { isAbsolute, relative, sep } from 'node:path';

interface Rooted {
  options: { root: string };
}

/**
 * Those below whose folder it lies. A file below none's may be a library of any; what of another app's folder
 * they import, they watch themselves.
 * @param file absolute path
 */
export function concerned<Server extends Rooted>(file: string, servers: Server[]): Server[] {
  const within = servers.filter(({ options }) => isBelow(file, options.root));
  return within.length > 0 ? within : servers;
}

function isBelow(file: string, folder: string): boolean {
  const way = relative(folder, file);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
