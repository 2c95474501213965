/** One end of a control channel: NDJSON over a socket or a pipe. The types are in `control.ts`. */

import type { Duplex } from 'node:stream';

export interface Channel<Out> {
  /** Nothing happens when the peer is gone: its end is noticed elsewhere. */
  send(message: Out): void;
  /** Bytes that wait, as the peer does not read. */
  readonly backlog: number;
  close(): void;
}

export interface Listener<In> {
  message(message: In): void;
  /** The peer closed it, or died. Called once. */
  closed(): void;
}

export function openChannel<In, Out>(stream: Duplex, listener: Listener<In>): Channel<Out> {
  let unread = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (unread + text).split('\n');
    unread = lines.pop() ?? '';
    for (const line of lines) listener.message(JSON.parse(line) as In);
  });
  stream.on('error', () => {}); // followed by 'close'
  stream.once('close', () => listener.closed());
  stream.once('end', () => stream.destroy());
  return {
    send: (message) => {
      if (stream.writable) stream.write(`${JSON.stringify(message)}\n`);
    },
    get backlog() {
      return stream.writableLength;
    },
    close: () => stream.destroy(),
  };
}
