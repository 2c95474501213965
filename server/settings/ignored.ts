/**
 * Gunicorn's settings that nothing here reads, by name and flag: a command line or a conf file
 * that has them works unchanged, with one notice for each that asks for something.
 */

export interface Ignored {
  /** Empty when only a conf file can set it. */
  flags: readonly string[];
  takes: 'nothing' | 'value';
}

const SWITCHES = {
  spew: '--spew',
  reuse_port: '--reuse-port',
  daemon: '-D --daemon',
  initgroups: '--initgroups',
  disable_redirect_access_to_syslog: '--disable-redirect-access-to-syslog',
  capture_output: '--capture-output',
  syslog: '--log-syslog',
  enable_stdio_inheritance: '-R --enable-stdio-inheritance',
  enable_backlog_metric: '--enable-backlog-metric',
  suppress_ragged_eofs: '--suppress-ragged-eofs',
  control_socket_disable: '--no-control-socket',
};

const VALUES = {
  reload_engine: '--reload-engine',
  worker_tmp_dir: '--worker-tmp-dir',
  user: '-u --user',
  group: '-g --group',
  logger_class: '--logger-class',
  logconfig: '--log-config',
  logconfig_dict: '',
  logconfig_json: '--log-config-json',
  syslog_addr: '--log-syslog-to',
  syslog_prefix: '--log-syslog-prefix',
  syslog_facility: '--log-syslog-facility',
  statsd_host: '--statsd-host',
  dogstatsd_tags: '--dogstatsd-tags',
  statsd_prefix: '--statsd-prefix',
  proc_name: '-n --name',
  default_proc_name: '',
  paste: '--paste --paster',
  raw_paste_global_conf: '--paste-global',
  protocol: '--protocol',
  uwsgi_allow_ips: '--uwsgi-allow-from',
  ssl_version: '--ssl-version',
  http_protocols: '--http-protocols',
  http2_cleartext: '--http2-cleartext',
  http2_max_concurrent_streams: '--http2-max-concurrent-streams',
  http2_initial_window_size: '--http2-initial-window-size',
  http2_max_frame_size: '--http2-max-frame-size',
  http2_max_header_list_size: '--http2-max-header-list-size',
  asgi_loop: '--asgi-loop',
  asgi_lifespan: '--asgi-lifespan',
  asgi_disconnect_grace_period: '--asgi-disconnect-grace-period',
  websocket_max_message_size: '--websocket-max-message-size',
  http_parser: '--http-parser',
  root_path: '--root-path',
  dirty_apps: '--dirty-app',
  dirty_workers: '--dirty-workers',
  dirty_timeout: '--dirty-timeout',
  dirty_threads: '--dirty-threads',
  dirty_graceful_timeout: '--dirty-graceful-timeout',
  control_socket: '--control-socket',
  control_socket_mode: '--control-socket-mode',
};

function all(flags: Record<string, string>, takes: Ignored['takes']): [string, Ignored][] {
  return Object.entries(flags).map(([name, text]) => [
    name,
    { flags: text.split(' ').filter(Boolean), takes },
  ]);
}

/** By name. */
export const IGNORED: ReadonlyMap<string, Ignored> = new Map([
  ...all(SWITCHES, 'nothing'),
  ...all(VALUES, 'value'),
]);

/** Hooks that each worker runs for itself. */
export const WORKER_HOOKS: readonly string[] = [
  'post_fork',
  'post_worker_init',
  'pre_request',
  'post_request',
  'worker_int',
  'worker_exit',
  'ssl_context',
];

/** Hooks of Gunicorn's master process and of its asynchronous workers. */
export const IGNORED_HOOKS: readonly string[] = [
  'on_starting',
  'on_reload',
  'when_ready',
  'pre_fork',
  'worker_abort',
  'pre_exec',
  'child_exit',
  'nworkers_changed',
  'on_exit',
  'on_dirty_starting',
  'dirty_post_fork',
  'dirty_worker_init',
  'dirty_worker_exit',
];
