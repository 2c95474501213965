/**
 * The page without its looks: what is known, what is shown of it, and every action a person has.
 * The components render from here and call back into here; nothing else holds state.
 */

import type { ExportedFile } from '../server/stream/commands.ts';
import type { StreamEvent } from '../server/stream/protocol.ts';
import type { ServerInfo } from '../server/stream/serverInfo.ts';
import { Comparing } from './comparing.ts';
import type { Menu } from './components/menu.ts';
import { DetailsPane } from './detailsPane.ts';
import { Dismissals } from './dismissals.ts';
import { download } from './download.ts';
import { Filtering } from './filtering.ts';
import { HandOver } from './handOver.ts';
import { LogActions } from './logActions.ts';
import { CommandClient } from './model/commands.ts';
import { Details } from './model/details.ts';
import { Lists } from './model/lists.ts';
import { Store } from './model/store.ts';
import {
  AT_END,
  type ListPosition,
  listOf,
  restoreState,
  type ViewName,
  type ViewState,
} from './model/viewState.ts';
import { Moving } from './moving.ts';
import { Replaying } from './replaying.ts';
import { Routes } from './routes.ts';
import { type HostMessage, type Transport, vscodeAddress } from './transport.ts';
import { Wishes } from './wishes.ts';
import { WorkerActions } from './workerActions.ts';

/** Who draws the page is told why: a person waits for the one, not for the other. */
export interface Drawing {
  /** A person did something. */
  changed(): void;
  /** The server told something. */
  news(): void;
}

/** How long a notice stands, in milliseconds: it covers a part of the page. */
const READING = 12_000;

export class Panel {
  readonly store = new Store();
  readonly host: Transport['host'];
  readonly state: ViewState;
  readonly lists: Lists;
  readonly details: Details;
  readonly filtering: Filtering;
  readonly pane: DetailsPane;
  readonly moving: Moving;
  readonly comparing: Comparing;
  readonly dismissals: Dismissals;
  readonly routes: Routes;
  readonly replaying: Replaying;
  readonly handOver: HandOver;
  readonly workers: WorkerActions;
  readonly logLines: LogActions;
  /** `unknown` until the host has said anything; `lost` while it tries to connect again. */
  connection: 'unknown' | 'connected' | 'lost' | 'stopped' = 'unknown';
  /** One line for the person: what went wrong, what was copied. */
  notice = '';
  helpShown = false;
  menu: Menu | null = null;
  #saved = '';
  #reading: ReturnType<typeof setTimeout> | undefined;
  #pid: number | undefined;
  readonly #transport: Transport;
  readonly #changed: () => void;
  readonly #news: () => void;
  readonly #commands: CommandClient;
  readonly wishes = new Wishes(this);

  constructor(transport: Transport, drawing: Drawing) {
    this.#transport = transport;
    this.#changed = drawing.changed;
    this.#news = drawing.news;
    this.#commands = new CommandClient((command) => transport.send({ type: 'command', command }));
    this.host = transport.host;
    this.state = restoreState(transport.loadState());
    this.lists = new Lists(this.store, this.state);
    this.details = new Details(this.store, this.#commands);
    this.pane = new DetailsPane(this, drawing.changed);
    this.dismissals = new Dismissals(this.store, drawing.changed);
    this.moving = new Moving(this);
    this.comparing = new Comparing(this, this.#commands, drawing.changed);
    this.routes = new Routes(this, this.#commands, drawing.changed);
    this.replaying = new Replaying(this, this.#commands, drawing.changed);
    this.handOver = new HandOver(this, this.#commands);
    this.logLines = new LogActions(this, this.#commands, drawing.changed);
    this.filtering = new Filtering(this, drawing.changed);
    this.workers = new WorkerActions(this, this.#commands, (action) => this.attempt(action));
  }

  /** The page has no memory of its own when it is shown again, so it asks for all that is kept. */
  start(wanted: string | null = null): void {
    // The address names it.
    if (wanted !== null) this.wishes.hear({ request: wanted });
    this.#transport.connect((message) => this.#receive(message));
    this.#transport.send({ type: 'subscribe', after: this.store.last });
  }

  show(view: ViewName): void {
    this.state.view = view;
    this.state.opened = false;
    this.#changed();
  }

  setSpan(seconds: number): void {
    this.state.span = seconds;
    this.#changed();
  }

  select(key: number, opened: boolean): void {
    this.lists.current.cursor = key;
    this.state.opened = opened;
    this.#changed();
    this.pane.complete(this.lists.openedRow, true);
  }

  close(): void {
    this.state.opened = false;
    this.#changed();
  }

  /** To a request, from one of its log lines. */
  showRequest(id: string): void {
    const row = this.store.request(id);
    if (row) {
      this.show('requests');
      this.select(row.key, true);
    } else this.tell('This request is no longer kept.');
  }

  /** The list draws itself; the rest of the page only shows whether it follows. */
  scrolled(position: ListPosition): void {
    const { follow } = this.lists.current.position;
    this.lists.current.position = position;
    if (follow || position.follow) this.#changed();
  }

  toggleFollow(): void {
    const { position } = this.lists.current;
    const start: ListPosition = { follow: false, top: this.lists.firstKey() ?? 0, offset: 0 };
    this.scrolled(position.follow ? start : AT_END);
  }

  toggleFreeze(): void {
    if (this.lists.isFrozen) this.lists.thaw();
    else this.lists.freeze();
    this.#changed();
  }

  toggleHelp(): void {
    this.helpShown = !this.helpShown;
    this.#changed();
  }

  resize(split: number): void {
    this.state.split = Math.min(0.85, Math.max(0.15, split));
    this.#changed();
  }

  tell(notice: string): void {
    this.notice = notice;
    clearTimeout(this.#reading);
    if (notice) this.#reading = setTimeout(() => this.tell(''), READING);
    this.#changed();
  }

  async clear(): Promise<void> {
    if (!(await this.attempt(this.#commands.ask('clear', {})))) return;
    this.lists.thaw();
    this.store.clear();
    this.comparing.clear();
    this.routes.clear();
    this.close();
  }

  async reload(): Promise<void> {
    await this.attempt(this.#commands.ask('reload', {}));
  }

  openMenu(menu: Panel['menu']): void {
    this.menu = menu;
    this.#changed();
  }

  /** Null: those that there are at first. */
  chooseColumns(ids: string[] | null): void {
    this.state.columns[listOf(this.state.view)] = ids;
    this.#changed();
  }

  closeMenu(): void {
    this.openMenu(null);
  }

  openExternal(url: string): void {
    this.#transport.send({ type: 'openExternal', url });
  }

  /** In the editor the line is shown; a browser tab has none, so it is copied, or VS Code asked to. */
  openFile(file: string, line: number, byAddress = false): void {
    if (this.host === 'editor') this.#transport.send({ type: 'open', file, line });
    else if (byAddress) this.openExternal(vscodeAddress(file, line));
    else void this.copy(`${file}:${line}`);
  }

  async copy(text: string): Promise<void> {
    if (!(await this.attempt(navigator.clipboard.writeText(text)))) return;
    this.tell(text.includes('\n') ? 'Copied.' : `Copied ${text}`);
  }

  /** The editor asks where to; a browser has a folder for it. */
  saveFile(file: ExportedFile): void {
    if (this.host === 'editor') this.#transport.send({ type: 'save', ...file });
    else download(file);
  }

  /** Lets the host keep what the person has set up. */
  save(): void {
    const state = JSON.stringify(this.state);
    if (state !== this.#saved) this.#transport.saveState(this.state);
    this.#saved = state;
  }

  #receive(message: HostMessage): void {
    if (message.type === 'events') this.#take(message.events);
    else if (message.type === 'show') this.wishes.hear(message.wish);
    else this.#connected(message.connected, message.server);
    this.#news();
  }

  #take(events: readonly StreamEvent[]): void {
    for (const event of events) if (event.type === 'answer') this.#commands.settle(event);
    this.store.apply(events);
    this.wishes.fulfil();
    // One that was opened while it ran, or before its row was here, may have ended.
    if (this.lists.openedRow?.kind === 'request') this.pane.complete(this.lists.openedRow);
  }

  #connected(connected: boolean, info: ServerInfo | null): void {
    if (connected) this.details.forgetErrors();
    else this.#commands.abandon();
    const isStopped = this.host === 'editor' && info === null;
    this.connection = connected ? 'connected' : isStopped ? 'stopped' : 'lost';
    if (info && this.#pid !== undefined && info.pid !== this.#pid) this.#startOver();
    this.#pid = info?.pid ?? this.#pid;
  }

  /** Another server, whose events are numbered anew. */
  #startOver(): void {
    this.lists.thaw();
    this.store.startOver();
    this.details.clear();
    this.comparing.clear();
    this.routes.clear();
    this.dismissals.clear();
  }

  /** False, and a notice, when it fails. */
  async attempt(action: Promise<unknown>): Promise<boolean> {
    this.notice = '';
    const error = await action.then(() => null).catch((reason: Error) => reason);
    if (error) this.tell(error.message);
    return error === null;
  }
}
