/** Where a server listens, in the forms that Gunicorn's `--bind` takes. */

export type Address =
  | { type: 'tcp'; host: string; port: number }
  | { type: 'unix'; path: string }
  | { type: 'descriptor'; descriptor: number };

const DEFAULT_PORT = '8000';

/**
 * `HOST`, `HOST:PORT`, `[IPV6]:PORT`, `tcp://HOST:PORT`, `unix:PATH`, `fd://N`.
 * @throws Error when the port or the descriptor is not a number.
 */
export function parseAddress(text: string): Address {
  const unix = /^unix:(?:\/\/)?(.*)$/.exec(text);
  if (unix) return { type: 'unix', path: unix[1] ?? '' };
  if (text.startsWith('fd://')) return parseDescriptor(text.slice('fd://'.length));
  return parseHostPort(text.replace(/^tcp:\/\//, ''));
}

/** One form for each: `host:port`, `[::1]:port`, `unix:/path`, `fd://3`. */
export function formatAddress(address: Address): string {
  if (address.type === 'unix') return `unix:${address.path}`;
  if (address.type === 'descriptor') return `fd://${address.descriptor}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}

function parseDescriptor(digits: string): Address {
  if (!/^\d+$/.test(digits)) throw new Error(`'${digits}' is not a valid file descriptor`);
  return { type: 'descriptor', descriptor: Number(digits) };
}

function parseHostPort(text: string): Address {
  if (text === '') return { type: 'tcp', host: '0.0.0.0', port: Number(DEFAULT_PORT) };
  const bracketed = /^\[(.*)\](?::(.*))?$/.exec(text);
  const [host = '', port = DEFAULT_PORT] = bracketed ? bracketed.slice(1) : text.split(':');
  // An empty host is every interface, as it is for a Python socket.
  return { type: 'tcp', host: host.toLowerCase() || '0.0.0.0', port: parsePort(port) };
}

function parsePort(digits: string): number {
  const port = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  if (port <= 65535) return port;
  throw new Error(`'${digits}' is not a valid port number`);
}
