/** What `prefork tail --help` and its like print. */

import type { ClientCommand } from './commandLine.ts';

const SERVER = `  --server WHICH   Its pid, port, URL or info file. Without it: the only server
                   that runs, or the one that serves this folder.
  -h, --help       Show this and exit.
`;

export const CLIENT_HELP: Record<ClientCommand, string> = {
  tail: `Usage: prefork tail [OPTIONS] [FILTER]

Shows the requests of a server that runs, as they end.
FILTER is that of the panel: status:5xx slower:200ms db:>20 has:n+1 -/static

  -n, --lines N    So many requests of the past come first (10).
  --json           The events of the stream, one a line.
${SERVER}`,
  show: `Usage: prefork show [OPTIONS] ID

Shows a request of a server that runs: where its time went, what was found, SQL,
exceptions, log lines. ID may be its beginning or end; "last" is the newest.

  --as FORMAT      curl, httpie, fetch, pytest, markdown, har, otlp, speedscope.
  --json           What the server keeps of it, in one line.
${SERVER}`,
  routes: `Usage: prefork routes [OPTIONS]

Shows what the requests that a server keeps say of each route.

  --json           One route a line.
${SERVER}`,
};
