/**
 * What C code and subprocesses of a worker write to its descriptors 1 and 2. It is read here, so that no
 * writer ever waits for the worker itself, passed on to where it would have gone, and given to the
 * worker, which knows what it was running.
 */

import { constants, openSync, readSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { now } from '../stream/events.ts';
import type { WorkerReport } from './control.ts';
import type { Worker } from './worker.ts';

type Source = 'stdout' | 'stderr';

/** Bytes a second that are given back to one worker, and that may wait for it; the rest is only passed on. */
const MAX_TOLD = 1_000_000;
const BLOCK = 65_536;
/** More than a pipe holds: what a process writes that outlives its worker may have no end. */
const MAX_BLOCKS = 16;

export function readOutput(
  worker: Worker,
  { paths }: Extract<WorkerReport, { type: 'output' }>,
): void {
  for (const source of ['stdout', 'stderr'] as const) {
    const path = paths[source];
    if (path) read(worker, source, path);
  }
  worker.send({ type: 'output_read' });
}

/** To its end, which comes when the worker has ended and all that it has started. */
function read(worker: Worker, source: Source, path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const pipe = new Socket({ fd: descriptor, readable: true, writable: false });
  const tell = teller(worker, source);
  const take = (data: Buffer): void => {
    outlet(source).write(data, pipe);
    tell(data);
  };
  pipe.on('data', take);
  pipe.on('error', () => pipe.destroy());
  pipe.unref(); // what outlives its worker does not keep the server
  void worker.gone.then(() => {
    rmSync(path, { force: true }); // there if the worker ended before it led anything here
    if (!pipe.destroyed && drained(descriptor, take)) pipe.destroy();
  });
}

/** Takes what is left at once, as the server may be about to end; whether that is all. */
function drained(descriptor: number, take: (data: Buffer) => void): boolean {
  try {
    for (let count = 0; count < MAX_BLOCKS; count += 1) {
      const block = Buffer.allocUnsafe(BLOCK);
      const size = readSync(descriptor, block);
      if (size === 0) return true;
      take(block.subarray(0, size));
    }
  } catch {
    // EAGAIN: a process that the worker has started lives on
  }
  return false;
}

function teller(worker: Worker, source: Source): (data: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let second = 0;
  let told = 0;
  let leftOut = 0;
  return (data) => {
    const time = now();
    if (time - second >= 1_000_000) {
      second = time;
      told = 0;
    }
    if (told > MAX_TOLD || worker.backlog > MAX_TOLD) {
      leftOut += data.length;
      return;
    }
    told += data.length;
    const cut = leftOut > 0 ? `\n[${leftOut} bytes left out]\n` : '';
    leftOut = 0;
    worker.send({ type: 'output', source, text: cut + decoder.write(data), time });
  };
}

interface Outlet {
  /** Who writes waits for who reads, as it would without this server between them. */
  write(data: Buffer, from: Socket): void;
}

const outlets: Partial<Record<Source, Outlet>> = {};

const outlet = (source: Source): Outlet => {
  outlets[source] ??= openOutlet(process[source]);
  return outlets[source];
};

function openOutlet(stream: NodeJS.WriteStream): Outlet {
  const waiting = new Set<Socket>();
  let broken = false;
  const goOn = (): void => {
    for (const pipe of waiting) pipe.resume();
    waiting.clear();
  };
  stream.on('drain', goOn);
  stream.on('error', () => {
    broken = true; // nobody reads it any more
    goOn();
  });
  return {
    write: (data, from) => {
      if (broken || stream.write(data)) return;
      from.pause();
      waiting.add(from);
    },
  };
}
