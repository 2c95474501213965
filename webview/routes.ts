/** The routes view: statistics that the server makes, asked for while they are looked at. */

import type { RouteStatistics } from '../server/stream/protocol.ts';
import type { CommandClient } from './model/commands.ts';
import { type RouteOrder, sortRoutes } from './model/routeOrder.ts';
import type { Panel } from './panel.ts';

/** How long figures are good enough, in ms. */
const FRESH = 2000;

export class Routes {
  /** Null until they are here. */
  list: RouteStatistics[] | null = null;
  error = '';
  #asked = Number.NEGATIVE_INFINITY;
  readonly #panel: Panel;
  readonly #commands: CommandClient;
  readonly #changed: () => void;

  constructor(panel: Panel, commands: CommandClient, changed: () => void) {
    this.#panel = panel;
    this.#commands = commands;
    this.#changed = changed;
  }

  get sorted(): RouteStatistics[] {
    return sortRoutes(this.list ?? [], this.#panel.state.routeOrder);
  }

  /** Asks again if what is here has become old. */
  refresh(): void {
    const now = performance.now();
    if (now - this.#asked < FRESH || this.#panel.connection !== 'connected') return;
    this.#asked = now;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    try {
      this.list = (await this.#commands.ask('routes', {})).routes;
      this.error = '';
    } catch (error) {
      this.error = (error as Error).message;
    }
    this.#changed();
  }

  sortBy(order: RouteOrder): void {
    this.#panel.state.routeOrder = order;
    this.#changed();
  }

  /** The requests of one route, in the list. */
  show(route: RouteStatistics): void {
    this.#panel.show('requests');
    const name = route['http.route'];
    const word = /["\s]/.test(name) ? `"${name.replaceAll('"', '')}"` : name;
    this.#panel.filtering.set(`method:${route['http.request.method']} route:${word}`);
  }

  clear(): void {
    this.list = null;
    this.#asked = Number.NEGATIVE_INFINITY;
  }
}
