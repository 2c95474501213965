/** The settings that Python needs, picked for the first message to a zygote. */

import { dirname } from 'node:path';
import { registrationFile } from '../registry/registry.ts';
import type { ServeSettings } from '../settings/serveSettings.ts';
import type { Configure, Trust } from './control.ts';

export function configureFrom(
  settings: ServeSettings,
  directory: string,
  addresses: string[],
  inherit: string | null,
  trust: Trust | null,
): Configure {
  const { app, backlog, chdir, pythonpath, umask, preload_app, reload, capture, config } = settings;
  const { workers, threads, keepalive, timeout, graceful_timeout } = settings;
  const { max_requests, max_requests_jitter, limit_request_line } = settings;
  const { limit_request_fields, limit_request_field_size, forwarded_allow_ips } = settings;
  const { secure_scheme_headers, accesslog, access_log_format, errorlog, loglevel } = settings;
  const { worker_connections, sendfile, tmp_upload_dir, forwarder_headers, header_map } = settings;
  const { proxy_protocol, proxy_allow_ips, certfile, keyfile, ca_certs, cert_reqs } = settings;
  const { ciphers, permit_obsolete_folding, strip_header_spaces } = settings;
  const { permit_unconventional_http_method, casefold_http_method } = settings;
  const { permit_unconventional_http_version, allowed_hosts } = settings;
  // Gunicorn's `timeout` holds for the import, too; in dev mode that is for requests alone.
  const boot_timeout = reload ? settings.boot_timeout : timeout;
  const { info_file, pidfile } = settings;
  const registration = registrationFile(process.pid);
  const registered = settings.panel ? [registration, dirname(registration)] : [];
  const leftovers = [info_file, pidfile, ...registered].filter((file) => file !== null);
  return {
    type: 'configure',
    ...{
      app,
      bind: addresses,
      backlog,
      directory,
      leftovers,
      chdir,
      pythonpath,
      umask,
      preload_app,
    },
    ...{ response_headers: settings.response_headers },
    ...{ reload, capture, config, inherit, trust, raw_env: settings.raw_env },
    ...{ workers, threads, keepalive, timeout, boot_timeout, graceful_timeout },
    ...{ max_requests, max_requests_jitter, limit_request_line },
    ...{ limit_request_fields, limit_request_field_size, forwarded_allow_ips },
    ...{ secure_scheme_headers, accesslog, access_log_format, errorlog, loglevel },
    ...{ worker_connections, sendfile, tmp_upload_dir, forwarder_headers, header_map },
    ...{ proxy_protocol, proxy_allow_ips, certfile, keyfile, ca_certs, cert_reqs, ciphers },
    ...{ permit_obsolete_folding, strip_header_spaces, casefold_http_method },
    ...{ permit_unconventional_http_method, permit_unconventional_http_version },
    allowed_hosts,
    breakpoint: settings.breakpoint,
  };
}
