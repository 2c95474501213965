/** What requests have in common that differ only in their arguments. */

import type { RequestEnded } from './protocol.ts';

/** The framework's pattern; without one, the path. */
export const routeOf = (request: RequestEnded): string =>
  `${request['http.request.method']} ${request['http.route'] ?? request['url.path']}`;
