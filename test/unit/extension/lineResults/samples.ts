/** Results of lines with plausible contents. */

import type { LineResult } from '../../../../server/stream/protocol.ts';
import { EPOCH, ROOT, requestId } from '../../../support/streamEvents.ts';

export const FILE = `${ROOT}/orders/views.py`;

export const resultAt = (line: number, changes: Partial<LineResult> = {}): LineResult => ({
  place: { 'code.file.path': FILE, 'code.line.number': line },
  kind: 'view',
  request: requestId(1),
  name: 'GET /orders/',
  time: EPOCH,
  duration: 412_000,
  count: 101,
  findings: [],
  ...changes,
});
