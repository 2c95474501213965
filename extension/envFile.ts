/** Files of environment variables (`.env`), with the meaning that VS Code's Python gives them. */

import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { parseEnv } from 'node:util';

type Variables = Record<string, string>;

/** Their values are put before those that there are. */
const SEARCH_PATHS = ['PATH', 'PYTHONPATH'];

/** Undefined when there is no such file. */
export async function readEnvFile(
  file: string,
  environ: NodeJS.ProcessEnv,
): Promise<Variables | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : variablesIn(text, environ);
}

/** `${NAME}` stands for what an earlier line, or else `environ`, says; `\$` for a dollar sign. */
export function variablesIn(text: string, environ: NodeJS.ProcessEnv): Variables {
  const variables: Variables = {};
  for (const [name, value] of Object.entries(parseEnv(text))) {
    variables[name] = (value ?? '').replace(/(\\)?\$(?:\{(\w+)\})?/g, (whole, escaped, hole) => {
      if (escaped) return whole.slice(1);
      return hole ? (variables[hole] ?? environ[hole] ?? '') : whole;
    });
  }
  for (const name of SEARCH_PATHS) {
    if (variables[name] === undefined || !environ[name]) continue;
    variables[name] = [variables[name], environ[name]].filter(Boolean).join(delimiter);
  }
  return variables;
}
