/** What this user's other servers have of the traces that a person looks at; a few of the newest. */

import type { ServiceRequests } from '../../server/stream/commands.ts';
import type { Trace } from '../../server/stream/trace.ts';
import type { CommandClient } from './commands.ts';
import type { RequestRow } from './rows.ts';

const LIMIT = 8;

/** Whether another server may have a part in it: nobody is asked for nothing. */
const isShared = ({ head }: RequestRow, trace: Trace): boolean =>
  head.parent_span_id !== undefined ||
  trace.spans.some(({ attributes }) => attributes.span_id !== undefined);

export class Services {
  /** Grows with each change. */
  version = 0;
  readonly #commands: CommandClient;
  /** By trace id. */
  readonly #told = new Map<string, ServiceRequests[]>();
  readonly #asked = new Set<string>();

  constructor(commands: CommandClient) {
    this.#commands = commands;
  }

  of({ head }: RequestRow): readonly ServiceRequests[] | undefined {
    return this.#told.get(head.trace_id);
  }

  /** Again only when a person asks again; true if that brought anything. */
  async complete(row: RequestRow, trace: Trace, again: boolean): Promise<boolean> {
    const { trace_id } = row.head;
    const isKnown = this.#asked.has(trace_id) || (!again && this.#told.has(trace_id));
    if (isKnown || !isShared(row, trace)) return false;
    this.#asked.add(trace_id);
    // Without an answer the trace is shown as this server knows it.
    const services = await this.#commands.ask('trace', { trace_id }).then(
      (answer) => answer.services,
      () => [],
    );
    this.#asked.delete(trace_id);
    this.#keep(trace_id, services);
    return true;
  }

  clear(): void {
    this.version += 1;
    this.#told.clear();
  }

  #keep(trace_id: string, services: ServiceRequests[]): void {
    this.version += 1;
    this.#told.delete(trace_id);
    this.#told.set(trace_id, services);
    const [oldest] = this.#told.keys();
    if (this.#told.size > LIMIT && oldest !== undefined) this.#told.delete(oldest);
  }
}
