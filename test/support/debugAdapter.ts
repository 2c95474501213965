/** A small client of the Debug Adapter Protocol: what an editor says to a worker's debugpy. */

import { once } from 'node:events';
import { connect } from 'node:net';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { workerConfiguration } from '../../extension/debug/configuration.ts';
import { within } from './wait.ts';

export interface DebugClient {
  /** @throws Error with the adapter's words. */
  request(command: string, given?: object): Promise<DebugProtocol.Response['body']>;
  /** The next event of this name that was not taken yet. */
  event(name: string, seconds?: number): Promise<DebugProtocol.Event['body']>;
  /** Lets the worker go on without a debugger. */
  detach(): Promise<void>;
  /** As an editor that crashes. */
  vanish(): void;
}

type Message = DebugProtocol.Event & DebugProtocol.Response;

const HEADER = /^Content-Length: (\d+)\r\n\r\n/;

export interface Breakpoints {
  path: string;
  lines: number[];
  /** Of all of them: what they print instead of stopping, or when they stop. */
  more?: Partial<DebugProtocol.SourceBreakpoint>;
}

export interface AttachOptions {
  justMyCode?: boolean;
  django?: boolean;
  jinja?: boolean;
  /** Filters of exceptions to stop at. */
  exceptions?: string[];
}

/** Attaches as the extension does, with breakpoints on these lines of one file. */
export async function attachDebugger(
  { host, port }: { host: string; port: number },
  { path, lines, more }: Breakpoints,
  { exceptions = [], ...options }: AttachOptions = {},
): Promise<DebugClient> {
  const client = await connectAdapter(host, port);
  await client.request('initialize', { adapterID: 'test', pathFormat: 'path' });
  const target = { worker: 1, pid: 0, host, port };
  const attached = client.request('attach', workerConfiguration(target, options));
  await client.event('initialized');
  await client.request('setBreakpoints', {
    source: { path },
    breakpoints: lines.map((line) => ({ line, ...more })),
  });
  await client.request('setExceptionBreakpoints', { filters: exceptions });
  await client.request('configurationDone');
  await attached;
  return client;
}

async function connectAdapter(host: string, port: number): Promise<DebugClient> {
  const socket = connect(port, host);
  await within(10, 'the debug adapter', once(socket, 'connect'));
  const messages: Message[] = [];
  let wake = () => {};
  let received: Buffer = Buffer.alloc(0);
  let sequence = 0;
  let closed = false;
  let leaving = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
    wake();
  });
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    received = takeMessages(received, messages);
    // As an editor does when the worker has ended: the adapter waits for it. Not before the answer to
    // `disconnect`: an adapter that cannot give it ends (debugpy 1.8.22), and the worker has none then.
    if (!leaving && messages.some((message) => message.event === 'terminated')) socket.end();
    wake();
  });

  /** Takes the first message that matches, past or to come. */
  async function take(matches: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const at = messages.findIndex(matches);
      const [found] = at < 0 ? [] : messages.splice(at, 1);
      if (found) return found;
      if (closed) throw new Error('The debug adapter has closed the connection.');
      await new Promise<void>((resolve) => {
        const before = wake;
        wake = () => {
          before();
          resolve();
        };
      });
    }
  }

  async function request(command: string, given: object = {}) {
    const seq = ++sequence;
    const body = JSON.stringify({ seq, type: 'request', command, arguments: given });
    socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    const isAnswer = (message: Message) =>
      message.type === 'response' && message.request_seq === seq;
    const answer = await within(20, `the answer to ${command}`, take(isAnswer));
    if (!answer.success) throw new Error(`${command}: ${answer.message}`);
    return answer.body;
  }

  return {
    request,
    event: async (name, seconds = 20) =>
      (
        await within(
          seconds,
          `a ${name} event`,
          take((message) => message.event === name),
        )
      ).body,
    vanish: () => socket.destroy(),
    async detach() {
      leaving = true;
      // It may close the connection before it has answered.
      await request('disconnect', { terminateDebuggee: false }).catch(() => {});
      socket.destroy();
    },
  };
}

/** Appends whole messages to `messages`; gives back what is left. */
function takeMessages(received: Buffer, messages: Message[]): Buffer {
  for (let left = received; ; ) {
    const [header = '', length = '0'] = HEADER.exec(left.toString('latin1', 0, 40)) ?? [];
    const end = header.length + Number(length);
    if (!header || left.length < end) return left;
    messages.push(JSON.parse(left.toString('utf8', header.length, end)));
    left = left.subarray(end);
  }
}
