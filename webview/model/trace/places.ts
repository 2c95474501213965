/** Lines of code that a trace names. */

import type { Finding, Place, Trace } from '../../../server/stream/trace.ts';

/** Equal for the same line; empty for none. */
const placeKey = (place: Place | null | undefined): string =>
  place ? `${place['code.file.path']}:${place['code.line.number']}` : '';

/** Equal for executions of one statement from one line. */
export const statementKey = (text: string, site: Place | null): string =>
  `${placeKey(site)}\n${text}`;

export const keyOfFinding = (finding: Finding): string => statementKey(finding.text, finding.site);

/** Where the view is defined, or where its first span comes from; null when nothing says. */
export function viewPlace(trace: Trace | null): Place | null {
  return trace?.spans.find((span) => span.kind === 'view')?.site ?? null;
}
