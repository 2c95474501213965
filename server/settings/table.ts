/**
 * The one table of settings: the command line, the conf file, `--help`, `--print-config`, the docs
 * and the type {@link Settings} all come from it. Names, flags and defaults are Gunicorn's 26.2
 * (its `config.py`), but for the last group. Those that Gunicorn has and nothing here reads are in
 * `ignored.ts`. Times are in seconds, sizes in bytes.
 */

import {
  addresses,
  breakpointAction,
  certificates,
  className,
  collectorEndpoint,
  count,
  dictionary,
  environment,
  file,
  folder,
  headerMap,
  integer,
  type Kind,
  mode,
  names,
  networks,
  optionalFile,
  optionalFolder,
  optionalText,
  optionalToggle,
  panelAddress,
  paths,
  patterns,
  proxyProtocol,
  text,
  toggle,
} from './kinds.ts';

export interface Setting<Value> {
  group: string;
  /** Empty when only a conf file can set it. */
  flags: readonly string[];
  kind: Kind<Value>;
  default: Value;
  /** The default in dev mode, where it is another. */
  dev?: Value;
  /** A switch that dev mode, or its default, turns on; this flag turns it off. */
  negation?: string;
  /** One sentence. */
  help: string;
}

type More<Value> = Partial<Pick<Setting<Value>, 'dev' | 'negation'>>;

function row<Value>(
  flags: string,
  kind: Kind<Value>,
  fallback: NoInfer<Value>,
  help: string,
  more: More<NoInfer<Value>> = {},
): Setting<Value> {
  return {
    group: '',
    flags: flags.split(' ').filter(Boolean),
    kind,
    default: fallback,
    help,
    ...more,
  };
}

function group<Rows extends Record<string, { group: string }>>(title: string, rows: Rows): Rows {
  for (const setting of Object.values(rows)) setting.group = title;
  return rows;
}

const ACCESS_LOG_FORMAT = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"';
const SECURE_SCHEME_HEADERS = {
  'X-FORWARDED-PROTOCOL': 'ssl',
  'X-FORWARDED-PROTO': 'https',
  'X-FORWARDED-SSL': 'on',
};

/** Prefork's own settings: not read from a conf file, whose names are its author's. */
export const OWN = group('Prefork', {
  dev: row('--dev', toggle, false, 'Reload, capture and the panel on; 2 workers of 4 threads.'),
  capture: row('--capture', toggle, false, 'Record requests, logs and exceptions.', {
    dev: true,
    negation: '--no-capture',
  }),
  response_headers: row(
    '--response-headers',
    toggle,
    false,
    'With capture: answers carry Server-Timing and X-Prefork-Request.',
    { dev: true, negation: '--no-response-headers' },
  ),
  panel: row('--panel', panelAddress, null, 'Where the panel listens, or off.', {
    dev: '127.0.0.1:0',
  }),
  allowed_hosts: row(
    '--allowed-hosts',
    names,
    '',
    'Dev mode: names to answer to besides local ones, with commas, or *.',
  ),
  boot_timeout: row(
    '--boot-timeout',
    integer,
    30,
    'Dev mode: how long importing the app may take; 0: no matter how long.',
  ),
  breakpoint: row(
    '--breakpoint',
    breakpointAction,
    'skip',
    'breakpoint() without a debugger: skip, or pdb on the terminal.',
  ),
  python: row('--python', optionalFile, null, "The app's Python: a file, a folder or a command."),
  otlp_endpoint: row(
    '--otlp-endpoint',
    collectorEndpoint,
    null,
    'With capture: send spans and log lines to this collector (OTLP/HTTP).',
  ),
  print_preload: row('--print-preload', toggle, false, 'Print what is preloaded, and exit.'),
  info_file: row('--info-file', optionalFile, null, 'Where to write how to reach this server.'),
  history: row(
    '--history',
    optionalFile,
    null,
    'With capture: keep requests, logs and exceptions in a file over a restart.',
  ),
});

export const TABLE = {
  ...group('Config file', {
    config: row('-c --config', optionalText, null, 'PATH, file:PATH or python:MODULE.'),
    wsgi_app: row('', optionalText, null, 'The app hook, where the command line has none.'),
    check_config: row('--check-config', toggle, false, 'Load the app, say what fails, and exit.'),
    print_config: row('--print-config', toggle, false, 'Print all settings, then check them.'),
  }),
  ...group('Server socket', {
    bind: row('-b --bind', addresses, ['127.0.0.1:8000'], 'HOST:PORT, unix:PATH or fd://N.'),
    backlog: row('--backlog', integer, 2048, 'Connections that may wait to be accepted.'),
  }),
  ...group('Worker processes', {
    workers: row('-w --workers', count, 1, 'How many worker processes.', { dev: 2 }),
    worker_class: row('-k --worker-class', className, 'sync', 'sync or gthread.'),
    threads: row('--threads', count, 1, 'How many threads each worker has.', { dev: 4 }),
    worker_connections: row('--worker-connections', integer, 1000, 'Clients a worker, at most.'),
    max_requests: row('--max-requests', integer, 0, 'Replace a worker after this many; 0: never.'),
    max_requests_jitter: row('--max-requests-jitter', integer, 0, 'At most this many more.'),
    timeout: row('-t --timeout', integer, 30, 'Kill a worker silent for so long; 0: never.', {
      dev: 0,
    }),
    graceful_timeout: row('--graceful-timeout', integer, 30, 'Time to finish requests in.'),
    keepalive: row('--keep-alive', integer, 2, 'How long an idle connection is kept.'),
  }),
  ...group('Limits', {
    limit_request_line: row('--limit-request-line', integer, 4094, 'Bytes in a request line.'),
    limit_request_fields: row('--limit-request-fields', integer, 100, 'Header fields.'),
    // Gunicorn's flag has the underscore.
    limit_request_field_size: row(
      '--limit-request-field_size',
      integer,
      8190,
      'Bytes in a header field.',
    ),
  }),
  ...group('Development', {
    reload: row('--reload', toggle, false, 'Replace the workers when code changes.', {
      dev: true,
      negation: '--no-reload',
    }),
    reload_extra_files: row('--reload-extra-file', patterns, [], 'Files or globs to watch too.'),
  }),
  ...group('Mechanics', {
    preload_app: row('--preload', toggle, false, 'Import the app before the workers fork.'),
    chdir: row('--chdir', folder, process.cwd(), 'Change to this folder before importing the app.'),
    pythonpath: row('--pythonpath', paths, [], 'Folders to put on the Python path, with commas.'),
    raw_env: row('-e --env', environment, [], 'Set a variable in the environment of the app.'),
    umask: row('-m --umask', mode, 0, 'Mode bits that files are not created with.'),
    sendfile: row('', optionalToggle, null, 'Send files by sendfile, or not.', {
      negation: '--no-sendfile',
    }),
    tmp_upload_dir: row('', optionalFolder, null, 'Where large bodies wait until they are whole.'),
    pidfile: row('-p --pid', optionalFile, null, 'Write the process id to this file.'),
  }),
  ...group('Proxies', {
    forwarded_allow_ips: row(
      '--forwarded-allow-ips',
      networks,
      '127.0.0.1,::1',
      'Front ends to trust: addresses or networks with commas, or *.',
    ),
    secure_scheme_headers: row('', dictionary, SECURE_SCHEME_HEADERS, 'Headers that mean https.'),
    forwarder_headers: row(
      '--forwarder-headers',
      names,
      'SCRIPT_NAME,PATH_INFO',
      'Headers with an underscore that a trusted front end may send.',
    ),
    header_map: row(
      '--header-map',
      headerMap,
      'drop',
      'What becomes of other headers with an underscore: drop, refuse or dangerous.',
    ),
    proxy_protocol: row('--proxy-protocol', proxyProtocol, 'off', 'off, v1, v2 or auto.'),
    proxy_allow_ips: row(
      '--proxy-allow-from',
      networks,
      '127.0.0.1,::1',
      'Who may speak the PROXY protocol.',
    ),
  }),
  ...group('TLS', {
    certfile: row('--certfile', optionalFile, null, 'Certificate chain; serves https.'),
    keyfile: row('--keyfile', optionalFile, null, 'Its private key, if that is not in it.'),
    ca_certs: row('--ca-certs', optionalFile, null, 'Authorities that clients are checked by.'),
    cert_reqs: row(
      '--cert-reqs',
      certificates,
      0,
      'Certificates of clients: 0 none, 1 optional, 2 required.',
    ),
    ciphers: row('--ciphers', optionalText, null, 'An OpenSSL cipher list.'),
    do_handshake_on_connect: row(
      '--do-handshake-on-connect',
      toggle,
      false,
      'Here the handshake always comes first, and no thread waits for it.',
    ),
  }),
  ...group('Leniency', {
    permit_obsolete_folding: row(
      '--permit-obsolete-folding',
      toggle,
      false,
      'Take header fields of several lines.',
    ),
    strip_header_spaces: row(
      '--strip-header-spaces',
      toggle,
      false,
      'Take spaces before the colon of a header field.',
    ),
    permit_unconventional_http_method: row(
      '--permit-unconventional-http-method',
      toggle,
      false,
      'Take any token as a method.',
    ),
    permit_unconventional_http_version: row(
      '--permit-unconventional-http-version',
      toggle,
      false,
      'Take versions other than 1.0 and 1.1.',
    ),
    casefold_http_method: row(
      '--casefold-http-method',
      toggle,
      false,
      'Give the app methods in upper case.',
    ),
  }),
  ...group('Logging', {
    accesslog: row(
      '--access-logfile',
      optionalFile,
      null,
      'Where requests are logged; - is stdout.',
    ),
    access_log_format: row('--access-logformat', text, ACCESS_LOG_FORMAT, 'How they are logged.'),
    errorlog: row('--error-logfile --log-file', file, '-', 'Where the rest is; - is stderr.'),
    loglevel: row('--log-level', text, 'info', 'debug, info, warning, error or critical.'),
  }),
  ...OWN,
};

/** Every setting's name. */
export type SettingName = keyof typeof TABLE;

/** Every setting's value, once defaults, conf file, environment and command line are merged. */
export type Settings = {
  [Name in SettingName]: (typeof TABLE)[Name] extends Setting<infer Value> ? Value : never;
};
