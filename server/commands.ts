/** What a watcher of the stream may ask of the server: one handler a command. */

import { createAnalysis } from './analysis/commands.ts';
import type { Arbiter } from './arbiter/arbiter.ts';
import { describeOrigin } from './arbiter/describeOrigin.ts';
import { explain } from './arbiter/explaining.ts';
import { replayOrder } from './arbiter/replayOrder.ts';
import { stackOf } from './arbiter/stack.ts';
import { createHandOver } from './formats/commands.ts';
import { wholeTrace } from './registry/wholeTrace.ts';
import type { Watcher } from './reload/watcher.ts';
import type { Store } from './stream/store.ts';
import type { CommandHandlers } from './stream/watcherConnection.ts';

export interface CommandParts {
  arbiter: Arbiter;
  store: Store;
  watcher(): Watcher | undefined;
  stop(): void;
}

export function createCommands({ arbiter, store, watcher, stop }: CommandParts): CommandHandlers {
  return {
    reload: async () => {
      const outcome = await arbiter.reload('command');
      if (!outcome) throw new Error('A newer reload took its place.');
      if (outcome.failure) throw new Error(outcome.failure.message);
      return { generation: outcome.generation, duration: outcome.duration };
    },
    restart_worker: ({ worker }) => {
      arbiter.restartWorker(worker);
      return {};
    },
    debug_worker: ({ worker, 'process.pid': pid, debugpy, at_import }) => {
      const order = { debugpy: debugpy ?? null, at_import: at_import ?? false };
      return arbiter.pool.debugging.start(arbiter.worker(worker, pid), order);
    },
    steer: ({ worker }) => {
      arbiter.pool.steering.to(worker === null ? null : arbiter.worker(worker).slot);
      return {};
    },
    request: ({ request }) => {
      const details = store.request(request);
      if (!details) throw new Error(`Request ${request} is no longer kept.`);
      return details;
    },
    ...createAnalysis(store),
    replay: async ({ request, worker, edit }) => {
      const details = store.request(request);
      if (!details) throw new Error(`Request ${request} is no longer kept.`);
      const order = replayOrder(details, store.sealed(request), edit ?? {});
      const target = worker === null ? null : arbiter.worker(worker).slot;
      const taker = await arbiter.pool.replaying.send({ ...order, slot: target });
      return { request: order.request, worker: taker.slot };
    },
    trace: async ({ trace_id, own }) => {
      const { app } = arbiter.settings;
      const here = { app, addresses: arbiter.addresses, requests: store.ofTrace(trace_id) };
      return { services: own ? [here] : await wholeTrace(trace_id, here) };
    },
    ...createHandOver(store, () => describeOrigin(arbiter)),
    explain: ({ request, span }) => {
      const details = store.request(request);
      if (!details) throw new Error(`Request ${request} is no longer kept.`);
      return explain(arbiter, details, span);
    },
    stack: async ({ worker, 'process.pid': pid }) => ({
      stack: await stackOf(arbiter.worker(worker, pid)),
    }),
    preload: () => arbiter.preloading.state,
    set_log_level: ({ logger, level }) => ({ levels: arbiter.logLevels.set(logger, level) }),
    clear: () => {
      store.clear();
      return {};
    },
    saved: async ({ files }) => {
      await watcher()?.saved(files);
      return {};
    },
    stop: () => {
      setImmediate(stop); // after the answer
      return {};
    },
  };
}
