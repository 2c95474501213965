/** The columns of the list of log lines. */

import type { LogEvent } from '../../server/stream/protocol.ts';
import { exactTime } from '../format.ts';
import type { Panel } from '../panel.ts';
import type { Column } from './columns.ts';
import { levelName, logText, place, who } from './logViews.ts';

/** Made once for a panel: the lists compare columns to see whether to draw anew. */
export const logColumns = (panel: Panel): Column<LogEvent>[] => [
  {
    id: 'when',
    name: 'When',
    title: 'When it was written',
    width: 80,
    className: 'dim number',
    drop: 20,
    cell: ({ time }) => exactTime(time),
  },
  {
    id: 'level',
    name: 'Level',
    title: 'Level',
    width: 62,
    className: 'level',
    drop: 0,
    cell: levelName,
  },
  {
    id: 'worker',
    name: 'W·gen',
    title: 'Worker · generation of the code',
    width: 44,
    className: 'number',
    drop: 40,
    cell: who,
  },
  {
    id: 'logger',
    name: 'Logger',
    title: 'Logger',
    width: 110,
    className: 'dim',
    drop: 50,
    cell: ({ logger }) => logger ?? '',
  },
  {
    id: 'message',
    name: 'Message',
    title: 'Message',
    width: 'rest',
    className: 'body',
    drop: 0,
    cell: logText,
  },
  {
    id: 'place',
    name: 'Place',
    title: 'The line of code that wrote it',
    width: 180,
    drop: 60,
    cell: (log) => place(panel, log),
  },
];
