/** The `server` event: the state of the server as a whole. */

import { type NewEvent, now } from '../stream/events.ts';
import type { ServerState } from '../stream/protocol.ts';
import type { Arbiter } from './arbiter.ts';

export function describeServer(arbiter: Arbiter): NewEvent {
  const { settings } = arbiter;
  return {
    type: 'server',
    time: now(),
    state: stateOf(arbiter),
    app: settings.app,
    addresses: arbiter.addresses,
    generation: arbiter.generation,
    workers: arbiter.pool.wanted,
    threads: settings.threads,
    'process.pid': process.pid,
    'process.executable.path': settings.interpreter.executable,
    'process.runtime.version': settings.interpreter.version,
    root: settings.chdir,
  };
}

function stateOf(arbiter: Arbiter): ServerState {
  if (arbiter.stopping) return 'stopping';
  if (!arbiter.settled) return arbiter.starting ? 'starting' : 'reloading';
  return arbiter.broken ? 'broken' : 'running';
}
