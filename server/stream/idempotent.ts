/** Which requests may be sent once more without a second thought. */

const METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Whether doing it twice does no more than doing it once (RFC 9110, 9.2.2). */
export const isIdempotent = (method: string): boolean => METHODS.has(method);
