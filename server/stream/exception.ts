/** Exceptions as the stream tells of them: `exception.*` and `code.*` of OpenTelemetry, and what they lack. */

import type { Kept, WorkerIdentity } from './protocol.ts';
import type { Place } from './trace.ts';

/** A local variable, described without running any of the user's code. */
export interface Local {
  name: string;
  /** At most 512 characters. */
  value: string;
  /** `redacted`: a secret. `lazy`: would run code or a query if it were shown. `cut`: there is more. */
  flag?: 'redacted' | 'lazy' | 'cut';
}

export interface Frame {
  'code.file.path': string;
  'code.line.number': number;
  'code.function.name': string;
  /** The line's text, stripped; empty when it cannot be read. */
  source: string;
  /** The user's code, as against a library's. */
  own: boolean;
  /** The part of `source` that failed, from and to, in characters: code points, not UTF-16 (Python ≥ 3.11). */
  columns?: [from: number, to: number];
  /** Of the innermost frames only; at most 20. */
  locals?: Local[];
}

/**
 * `uncaught`: reached the server. `answered`: the framework made an error page of it. `handled`: the
 * app's own error handler did, or it is an answer by itself (a 404). `logged`: passed to logging with
 * `exc_info`. `thread`: ended a thread. `unraisable`: raised where nobody can catch it (`__del__`).
 * `import`: a generation could not be imported.
 */
export type ExceptionKind =
  | 'uncaught'
  | 'answered'
  | 'handled'
  | 'logged'
  | 'thread'
  | 'unraisable'
  | 'import';

/** An exception that another came from, or one of a group's. */
export interface RelatedException {
  /** `cause`: `raise … from`. `context`: raised while that was handled. `group`: part of the group. */
  relation: 'cause' | 'context' | 'group';
  'exception.type': string;
  'exception.message': string;
  notes?: string[];
  frames: Frame[];
}

export interface ExceptionEvent extends Kept, Partial<WorkerIdentity> {
  type: 'exception';
  /** Names it in logs and reloads: 16 hexadecimal digits. */
  exception: string;
  request?: string;
  kind: ExceptionKind;
  'exception.type': string;
  'exception.message': string;
  /** As Python prints it, causes and notes included; at most 64 KiB. */
  'exception.stacktrace': string;
  /** `add_note` (PEP 678). */
  notes?: string[];
  /** Innermost last, at most 100. */
  frames: Frame[];
  /** Nearest first; at most 10. */
  related?: RelatedException[];
  /** Equal for exceptions of one type from the same own lines. */
  fingerprint?: string;
  /** Where to look first: the innermost own frame, or the line of a SyntaxError. */
  location?: { 'code.file.path': string; 'code.line.number': number; column?: number };
  /** The template's line that was rendered. */
  template?: Place;
  /** What to do about a common fault, and a command if one mends it. */
  hint?: { text: string; command?: string };
}
