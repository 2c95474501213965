/** What each tab of a request's details is given. */

import type { RequestDetails } from '../../model/details.ts';
import type { RequestRow } from '../../model/rows.ts';
import type { Panel } from '../../panel.ts';

export interface Opened {
  panel: Panel;
  row: RequestRow;
  details: RequestDetails;
}
