/** All of one trace: what this server has of it, and what this user's other servers have. */

import { connectStream } from '../stream/client.ts';
import type { ServiceRequests } from '../stream/commands.ts';
import { type RegisteredServer, registeredServers } from './registry.ts';

/** Milliseconds for one server; whoever takes longer is left out. */
const PATIENCE = 2_000;

/**
 * `own` comes first, whatever it has; then those that have something of the trace. They are asked for
 * what they have themselves, so that they do not ask each other in turn.
 */
export async function wholeTrace(
  trace_id: string,
  own: ServiceRequests,
  servers: RegisteredServer[] = registeredServers(),
): Promise<ServiceRequests[]> {
  const others = servers.filter(({ pid }) => pid !== process.pid);
  const answers = await Promise.allSettled(others.map((server) => ask(server, trace_id)));
  const told = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  return [own, ...told.filter(({ requests }) => requests.length > 0)];
}

async function ask(
  { stream, panel }: RegisteredServer,
  trace_id: string,
): Promise<ServiceRequests[]> {
  const signal = AbortSignal.timeout(PATIENCE);
  const client = await connectStream(stream, { signal });
  try {
    const { services } = await client.command('trace', { trace_id, own: true });
    return services.map((service) => ({ ...service, ...(panel ? { panel } : {}) }));
  } finally {
    client.close();
  }
}
