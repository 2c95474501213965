/** What somebody wants served: a command's app hook, a launch configuration, a task. */

/** An app hook to serve; what is absent comes from the settings. */
export interface Wanted {
  app: string;
  /** Absolute; the folder that the app hook is imported from. */
  root: string;
  python?: string;
  workers?: number;
  threads?: number;
  port?: number;
  args?: string[];
  env?: Record<string, string | null>;
  /** Absolute; empty for none. */
  envFile?: string;
}

/** The same with the names of launch.json and tasks.json. */
export type Described = Omit<Wanted, 'root'> & { cwd: string };

export function wantedBy({ app, cwd, ...rest }: Described): Wanted {
  const { python, workers, threads, port, args, env, envFile } = rest;
  const given = Object.entries({ python, workers, threads, port, args, env, envFile });
  return {
    app,
    root: cwd,
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  };
}
