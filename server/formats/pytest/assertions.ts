/** What a generated test asserts of the answer: as much of it as was kept, and no secret. */

import type { Body } from '../../stream/trace.ts';
import { type Captured, fieldOf, outcomeOf } from '../captured.ts';
import { HIDDEN } from '../hidden.ts';
import { codecOf } from './environ.ts';
import { block, literal } from './python.ts';

export interface Assertions {
  /** What the answer is compared with, as statements before the test. */
  constants: string[];
  /** The lines of the test. */
  lines: string[];
  /** Names of the helpers that they call. */
  helpers: ('hide' | 'hide_text' | 'json')[];
  /** What of the answer is not compared, a sentence each. */
  notes: string[];
  /** It goes on without an end: only its first piece is asked for. */
  endless: boolean;
}

const CALL = 'status, headers, body = call(application, environ())';

/** @throws when there was no answer */
export function assertionsOf(captured: Captured): Assertions {
  const none: Assertions = { constants: [], lines: [], helpers: [], notes: [], endless: false };
  const raised = captured.exceptions.find(({ kind }) => kind === 'uncaught');
  if (raised) return { ...none, lines: raises(raised['exception.type']) };
  const { status } = outcomeOf(captured);
  if (status === null) throw new Error('It had no answer that a test could expect.');
  const lines = [CALL, `assert status == ${status}`];
  const body = captured.trace?.response_body ?? null;
  if (!body) return { ...none, lines };
  if (body.content_type.startsWith('text/event-stream')) {
    return { ...none, lines: [...lines, ...typed(body)], endless: true };
  }
  const compared = bodyAssertions(body, unpacked(captured));
  return { ...none, ...compared, lines: [...lines, ...compared.lines] };
}

function raises(type: string): string[] {
  const name = type.split('.').at(-1) ?? type;
  return [
    'with pytest.raises(Exception) as raised:',
    '    call(application, environ())',
    `assert type(raised.value).__name__ == ${literal(name)}`,
  ];
}

const typed = ({ content_type }: Body): string[] =>
  content_type === '' ? [] : [`assert headers["content-type"] == ${literal(content_type)}`];

/** A line that unpacks the body, where the app packs it itself. */
const unpacked = ({ trace }: Captured): string[] =>
  /gzip|deflate/i.test(fieldOf(trace?.response_headers ?? [], 'content-encoding') ?? '')
    ? ['body = zlib.decompress(body, 47)']
    : [];

type Compared = Pick<Assertions, 'constants' | 'lines' | 'helpers' | 'notes'>;

function bodyAssertions(body: Body, unpack: string[]): Compared {
  const { text, cut, size, redacted } = body;
  if (text === null || cut > 0) {
    const length = redacted || unpack.length > 0 ? [] : [`assert len(body) == ${size}`];
    const notes = ['Only the type and the length of its body are compared: the rest is not kept.'];
    return { constants: [], lines: [...typed(body), ...length], helpers: [], notes };
  }
  const constants = [`EXPECTED = ${block(text)}`];
  const masked = text.includes(HIDDEN);
  const notes = masked
    ? ['What was hidden in the answer when it was captured is not compared.']
    : [];
  const [lines, helpers] = isJson(body) ? jsonLines(masked) : textLines(body, masked);
  return { constants, lines: [...unpack, ...lines], helpers, notes };
}

function isJson({ content_type, text }: Body): boolean {
  if (!/^[\w.+/-]*\bjson\b/i.test(content_type)) return false;
  try {
    JSON.parse(text ?? '');
    return true;
  } catch {
    return false;
  }
}

type Lines = [lines: string[], helpers: Assertions['helpers']];

const jsonLines = (masked: boolean): Lines =>
  masked
    ? [
        ['expected = json.loads(EXPECTED)', 'assert hide(json.loads(body), expected) == expected'],
        ['json', 'hide', 'hide_text'],
      ]
    : [['assert json.loads(body) == json.loads(EXPECTED)'], ['json']];

function textLines({ content_type }: Body, masked: boolean): Lines {
  const text = `body.decode(${literal(codecOf(content_type))}, "replace")`;
  return masked
    ? [[`assert hide_text(${text}, EXPECTED) == EXPECTED`], ['hide_text']]
    : [[`assert ${text} == EXPECTED`], []];
}
