/** The columns of the list of log lines. */

import { html } from 'lit';
import type { LogEvent } from '../../server/stream/protocol.ts';
import { exactTime } from '../format.ts';
import type { Panel } from '../panel.ts';
import { beginning } from '../visible.ts';
import type { Column } from './columns.ts';
import { hasLevel, levelName, logText, openLevelMenu, place, who } from './logViews.ts';

/** Its menu changes the level; the same is in the details of a line. */
const loggerName = (panel: Panel, logger: string) => html`<span
  title="${beginning(logger)}: right-click to change its level"
  @contextmenu=${(event: MouseEvent) => openLevelMenu(panel, logger, event)}
  >${beginning(logger)}</span
>`;

/** Made once for a panel: the lists compare columns to see whether to draw anew. */
export const logColumns = (panel: Panel): Column<LogEvent>[] => [
  {
    id: 'when',
    name: 'When',
    title: 'When it was written',
    width: 94,
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
    cell: (log) => (hasLevel(log) ? loggerName(panel, log.logger) : beginning(log.logger ?? '')),
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
