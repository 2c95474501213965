/**
 * One message to a collector (OTLP/HTTP, https://opentelemetry.io/docs/specs/otlp/#otlphttp): sent until it
 * is taken or refused. What a collector asks to be sent again waits for as long as it says.
 */

export type Outcome =
  | { taken: true; rejected: number }
  /** `reason` is for a person to read. */
  | { taken: false; reason: string };

export interface Attempts {
  /** Ends them. */
  signal: AbortSignal;
  /**
   * It did not work: resolves when it is to be tried again. `asked`: the milliseconds that the collector
   * wants.
   */
  pause(failures: number, reason: string, asked: number | null): Promise<void>;
}

const LONGEST_PAUSE = 60_000;
/** For one attempt. */
const TIMEOUT = 10_000;
const AGAIN = [429, 502, 503, 504];

export async function deliver(
  url: string,
  body: string,
  { signal, pause }: Attempts,
): Promise<Outcome> {
  for (let failures = 1; ; failures += 1) {
    const answer = await post(url, body, signal);
    if ('taken' in answer) return answer;
    if (!signal.aborted) await pause(failures, answer.reason, answer.after);
    if (signal.aborted) return { taken: false, reason: answer.reason };
  }
}

interface Again {
  reason: string;
  /** Milliseconds that the collector asks for. */
  after: number | null;
}

async function post(url: string, body: string, signal: AbortSignal): Promise<Outcome | Again> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
    });
    const text = await response.text();
    if (response.ok) return { taken: true, rejected: rejectedIn(text) };
    const reason = `it answered ${response.status} ${text.slice(0, 200)}`.trim();
    if (!AGAIN.includes(response.status)) return { taken: false, reason };
    return { reason, after: retryAfter(response.headers.get('retry-after')) };
  } catch (error) {
    return { reason: reasonOf(error), after: null };
  }
}

/** Spans or lines that it took the message without. */
function rejectedIn(text: string): number {
  try {
    const { partialSuccess = {} } = JSON.parse(text);
    return Number(partialSuccess.rejectedSpans ?? partialSuccess.rejectedLogRecords ?? 0) || 0;
  } catch {
    return 0;
  }
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function retryAfter(value: string | null): number | null {
  if (value === null) return null;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), LONGEST_PAUSE);
}

/** What `fetch` hides behind "fetch failed". */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error
    ? cause.message || String((cause as { code?: string }).code)
    : message;
}
