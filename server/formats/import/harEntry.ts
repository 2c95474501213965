/** An entry of a HAR file, as far as it is read. */

import type { TraceRest } from '../har/extension.ts';
import { exception, logLine, request } from './eventShapes.ts';
import type { Imported } from './imported.ts';
import { amount, list, nullable, number, optional, partial, shape, text } from './reading.ts';
import { traceRest } from './traceShapes.ts';

interface Message {
  headers: { name: string; value: string }[];
  bodySize?: number;
}

export interface Entry {
  startedDateTime: string;
  time?: number | undefined;
  request: Message & { method: string; url: string; postData: PostData | null };
  response: Message & { status: number; content: Content };
  timings: Partial<Record<'send' | 'wait' | 'receive', number>>;
  _prefork: Extension | null;
}

export interface PostData {
  mimeType: string;
  text: string | null;
}

export interface Content extends Omit<PostData, 'mimeType'> {
  mimeType?: string;
  size: number;
  encoding?: string;
}

const headers = list(shape<Message['headers'][number]>({ name: text, value: text }));

/** `_prefork`, which our own files have. */
interface Extension extends Omit<Imported, 'request' | 'trace'> {
  request: ReturnType<typeof request>;
  trace: TraceRest | null;
}

const extension = shape<Extension>({
  request,
  trace: nullable(traceRest),
  logs: list(logLine),
  exceptions: list(exception),
});
export const entry = shape<Entry>({
  startedDateTime: text,
  time: optional(number),
  request: shape<Entry['request']>({
    method: text,
    url: text,
    headers,
    bodySize: optional(number),
    postData: nullable(shape<PostData>({ mimeType: text, text: nullable(text) })),
  }),
  response: shape<Entry['response']>({
    status: amount,
    headers,
    bodySize: optional(number),
    content: shape<Content>({
      mimeType: optional(text),
      size: amount,
      text: nullable(text),
      encoding: optional(text),
    }),
  }),
  timings: partial<Required<Entry['timings']>>({ send: number, wait: number, receive: number }),
  _prefork: nullable(extension),
});
