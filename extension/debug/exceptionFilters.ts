/**
 * At which exceptions a worker stops. These are debugpy's own filters, word for word, as the editor would
 * take others for further ones; only the default is another: a framework catches what a view raises, so that
 * "uncaught" alone would never stop.
 */

import type { DebugProtocol } from '@vscode/debugprotocol';

type Row = [filter: string, enabled: boolean, name: string, meaning: string];

const ROWS: Row[] = [
  ['raised', false, 'Raised Exceptions', 'Break whenever any exception is raised.'],
  [
    'uncaught',
    true,
    'Uncaught Exceptions',
    'Break when the process is exiting due to unhandled exception.',
  ],
  [
    'userUnhandled',
    true,
    'User Uncaught Exceptions',
    'Break when exception escapes into library code.',
  ],
];

export const EXCEPTION_FILTERS: DebugProtocol.ExceptionBreakpointsFilter[] = ROWS.map(
  ([filter, enabled, label, description]) => ({ filter, label, default: enabled, description }),
);
