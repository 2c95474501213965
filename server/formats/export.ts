/** The command `export`. */

import { setImmediate } from 'node:timers/promises';
import type { Commands, ExportedFile } from '../stream/commands.ts';
import type { Store } from '../stream/store.ts';
import type { Captured, Origin } from './captured.ts';
import { type Collection, FORMATS, type Format } from './formats.ts';
import { type Selection, select } from './selection.ts';

/** Characters of a file; the oldest requests are left out. */
export const MAX_EXPORT = 64 * 1024 * 1024;
/** So many at once, between which others have their turn. */
const AT_ONCE = 20;

type Wanted = Commands['export']['takes'];

/** @throws when there is no such format, or a request is not kept */
export async function exportRequests(
  store: Store,
  origin: Origin,
  { requests, format: name }: Wanted,
  limit = MAX_EXPORT,
): Promise<ExportedFile> {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (!format) throw new Error(`There is no format ${name}.`);
  if ('open' in format) return collect(format, store, origin, requests, limit);
  const [id] = requests;
  if (id === undefined || requests.length > 1) throw new Error(`${name} takes one request.`);
  const captured = store.request(id);
  if (!captured) throw new Error(`Request ${id} is no longer kept.`);
  return { ...fileOf(format, nameOf(captured)), text: format.write(captured, origin) };
}

async function collect(
  format: Collection,
  store: Store,
  origin: Origin,
  wanted: string[],
  limit: number,
): Promise<ExportedFile> {
  const selection = select(store, wanted);
  if (selection.ids.length === 0) throw new Error('None of these requests is kept.');
  const file = format.open(origin);
  const added = await addNewest(selection, file.add, limit);
  const missing = Math.max(wanted.length, selection.ids.length) - added;
  const [only] = selection.ids;
  const single = selection.ids.length === 1 && only ? store.request(only) : null;
  const text = file.end(missing > 0 ? `${missing} older requests are left out.` : '');
  return { ...fileOf(format, single ? nameOf(single) : 'requests'), text };
}

/** How many fit; the newest always does. */
async function addNewest(
  { ids, open }: Selection,
  add: (captured: Captured) => number,
  limit: number,
): Promise<number> {
  let size = 0;
  let added = 0;
  for (const id of ids.toReversed()) {
    const captured = open(id);
    if (captured) size += add(captured);
    added += 1;
    if (size >= limit) break;
    if (added % AT_ONCE === 0) await setImmediate();
  }
  return added;
}

/** A module's name has no hyphens. */
function fileOf({ extension, media_type }: Format, name: string): Omit<ExportedFile, 'text'> {
  const isModule = extension === '.py';
  return {
    name: isModule ? `test_${name.replaceAll('-', '_')}.py` : `prefork-${name}${extension}`,
    media_type,
  };
}

/** `get-orders-42`, of its path. */
function nameOf({ request }: Captured): string {
  const words = `${request['http.request.method']} ${request['url.path']}`.toLowerCase();
  const plain = words.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return plain.slice(0, 60) || 'request';
}
