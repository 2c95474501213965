/** The command `import`: a file's requests, in the store as if they had been made, but for their mark. */

import { setImmediate } from 'node:timers/promises';
import type { Store } from '../../stream/store.ts';
import { importHar } from './har.ts';
import { type Imported, newId } from './imported.ts';
import { importOtlp } from './otlp/otlp.ts';

/** Bytes of a file. */
export const MAX_IMPORT = 32 * 1024 * 1024;
const MAX_REQUESTS = 5_000;
const AT_ONCE = 50;

interface File {
  name: string;
  text: string;
}

/** Gives the new requests' ids. @throws Error that says where the file is not what it should be */
export async function importFile(store: Store, { name, text }: File): Promise<string[]> {
  const read = readFile(name, text);
  if (read.length === 0) throw new Error(`${name}: there is no request in it`);
  if (read.length > MAX_REQUESTS) {
    throw new Error(`${name}: ${read.length} requests are too many; ${MAX_REQUESTS} are taken`);
  }
  const ids: string[] = [];
  for (const imported of read) {
    ids.push(record(store, imported));
    if (ids.length % AT_ONCE === 0) await setImmediate();
  }
  return ids;
}

function readFile(name: string, text: string): Imported[] {
  if (Buffer.byteLength(text) > MAX_IMPORT) {
    throw new Error(`${name}: at most ${MAX_IMPORT / 1024 / 1024} MiB are taken`);
  }
  const values = parse(name, text.replace(/^\ufeff/, ''));
  const [first] = values;
  try {
    if (first && 'log' in first) return importHar(first);
    if (values.some((value) => 'resourceSpans' in value)) return importOtlp(values);
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`);
  }
  throw new Error(`${name}: neither HAR (\`log\`) nor OTLP/JSON (\`resourceSpans\`)`);
}

/** One value, a list of them, or one a line. */
function parse(name: string, text: string): Record<string, unknown>[] {
  const values = [parseWhole(name, text)].flat();
  const unwrapped = values.map((value) => value?.result ?? value);
  return unwrapped.filter((value) => typeof value === 'object' && value !== null);
}

function parseWhole(name: string, text: string) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (isJson(text.slice(0, text.indexOf('\n')))) return parseLines(name, text);
    throw new Error(`${name}: ${withPlace((error as Error).message, text)}`);
  }
}

function parseLines(name: string, text: string) {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line)];
    } catch (error) {
      throw new Error(`${name}: line ${index + 1}: not JSON: ${(error as Error).message}`);
    }
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The engine tells of a position; a person looks for a line. */
function withPlace(message: string, text: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined || /line \d+/.test(message)) return `not JSON: ${message}`;
  const before = text.slice(0, Number(position)).split('\n');
  return `not JSON: line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${message}`;
}

/**
 * Under its own id, unless that is taken: by itself, where it was exported. What belongs to it is told of
 * first, as a worker does: what follows the end of a request is counted as more than the request knew of.
 */
function record(store: Store, { request, trace, logs, exceptions }: Imported): string {
  const id = store.request(request.request) ? newId(16) : request.request;
  const text = JSON.stringify(trace);
  const stored = { bytes: text.length, text, open: () => JSON.parse(text) };
  for (const line of logs) store.record({ ...line, type: 'log', request: id });
  for (const one of exceptions) store.record({ ...one, type: 'exception', request: id });
  store.record({ ...request, request: id }, stored);
  return id;
}
