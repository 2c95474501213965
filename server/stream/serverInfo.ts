/** The info file (mode 0600): whoever can read it can connect. */
export interface ServerInfo {
  pid: number;
  version: string;
  python: string;
  app: string;
  addresses: string[];
  /** Opens the panel in a browser; null when the panel is off. */
  panel: string | null;
  stream: string | null;
}
