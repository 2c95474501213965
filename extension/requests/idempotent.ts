/** Which requests may be sent once more without a second thought: RFC 9110 §9.2.2. */

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'];

export const isIdempotent = (method: string): boolean => METHODS.includes(method);
