/** Who says it: a worker's process. */

import type { WorkerIdentity } from '../../stream/protocol.ts';
import type { Origin } from '../captured.ts';
import type { Resource, Scope } from './messages.ts';
import { attributes } from './values.ts';

/** The server itself has no slot. */
export function resourceOf(origin: Origin, who: Partial<WorkerIdentity>): Resource {
  const { worker, generation, 'process.pid': pid } = who;
  return {
    attributes: attributes({
      'service.name': origin.service,
      'service.instance.id': worker === undefined ? 'server' : `${worker}-${generation}`,
      'process.pid': pid,
      'process.runtime.version': origin.python,
      'telemetry.sdk.name': 'prefork',
      'telemetry.sdk.language': 'python',
      'telemetry.sdk.version': origin.version,
    }),
  };
}

export const scopeOf = ({ version }: Origin): Scope => ({ name: 'prefork', version });

/** By worker and generation, in the order in which they come. */
export function byProcess<Told extends Partial<WorkerIdentity>>(told: Told[]): Told[][] {
  const processes = new Map<string, Told[]>();
  for (const one of told) {
    const key = `${one.worker} ${one.generation} ${one['process.pid']}`;
    const known = processes.get(key);
    if (known) known.push(one);
    else processes.set(key, [one]);
  }
  return [...processes.values()];
}
