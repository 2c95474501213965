/** What requests can be handed over as: each format's file and writer. */

import type { ExportFormat } from '../stream/commands.ts';
import type { Captured, Origin } from './captured.ts';
import { curl } from './curl.ts';
import { fetchCall } from './fetchCall.ts';
import { entryOf, harFile } from './har/har.ts';
import { httpie } from './httpie.ts';
import { markdown } from './markdown/markdown.ts';
import { logsOf, resourceSpans } from './otlp/otlp.ts';
import { pytest } from './pytest/pytest.ts';
import { speedscope } from './speedscope.ts';

interface File {
  /** With its dot. */
  extension: string;
  media_type: string;
}

/** Text of one request. */
export interface Single extends File {
  write(captured: Captured, origin: Origin): string;
}

/** A file of many, to which they are added one by one, the newest first. */
export interface Collection extends File {
  open(origin: Origin): Collected;
}

export interface Collected {
  /** Gives how many characters that takes. */
  add(captured: Captured): number;
  /** `comment`: what has to be said of the whole; empty: nothing. */
  end(comment: string): string;
}

export type Format = Single | Collection;

const SHELL = { extension: '.sh', media_type: 'text/x-shellscript' };

export const FORMATS: Record<ExportFormat, Format> = {
  curl: { ...SHELL, write: curl },
  httpie: { ...SHELL, write: httpie },
  fetch: { extension: '.js', media_type: 'text/javascript', write: fetchCall },
  pytest: { extension: '.py', media_type: 'text/x-python', write: pytest },
  speedscope: { extension: '.speedscope.json', media_type: 'application/json', write: speedscope },
  markdown: { extension: '.md', media_type: 'text/markdown', write: markdown },
  har: { extension: '.har', media_type: 'application/json', open: openHar },
  otlp: { extension: '.otlp.json', media_type: 'application/json', open: openOtlp },
};

function openHar(origin: Origin): Collected {
  const entries: string[] = [];
  return {
    add: (captured) => {
      const entry = JSON.stringify(entryOf(captured, origin));
      entries.unshift(entry);
      return entry.length;
    },
    end: (comment) => harFile(entries, origin, comment),
  };
}

function openOtlp(origin: Origin): Collected {
  const spans: string[] = [];
  const logs: string[] = [];
  return {
    add: (captured) => {
      const traced = resourceSpans([captured], origin).map((one) => JSON.stringify(one));
      const said = logsOf(captured, origin).map((one) => JSON.stringify(one));
      spans.unshift(...traced);
      logs.unshift(...said);
      return [...traced, ...said].reduce((size, one) => size + one.length, 0);
    },
    end: () =>
      `{"resourceSpans":[\n${spans.join(',\n')}\n],"resourceLogs":[\n${logs.join(',\n')}\n]}\n`,
  };
}
