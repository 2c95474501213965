/** The suites in the order in which they run, what each needs, and how long one file may take. */

import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import type { Piece } from '../setup/pieces.ts';
import { root } from '../support/paths.ts';
import { type FileResult, runPython, runTypeScript } from './testFile.ts';

export interface Suite {
  name: string;
  needs: readonly Piece[];
  /** For one file. */
  seconds: number;
  /** Files that may run at the same time. */
  parallel: number;
}

export const SUITES: readonly Suite[] = [
  { name: 'unit', needs: ['python'], seconds: 60, parallel: 2 },
  { name: 'wire', needs: ['python', 'projects', 'databases'], seconds: 180, parallel: 1 },
  { name: 'panel', needs: ['python', 'chromium'], seconds: 180, parallel: 1 },
  { name: 'editor', needs: ['python', 'chromium', 'code-server'], seconds: 300, parallel: 1 },
];

export interface TestFile {
  title: string;
  run(): Promise<FileResult>;
}

export function filesOf({ name, seconds }: Suite): TestFile[] {
  const typeScript = globSync(`test/${name}/**/*.test.ts`, { cwd: root }).sort();
  const python = join('test', name, 'worker');
  return [
    ...typeScript.map((path) => ({ title: path, run: () => runTypeScript(path, seconds) })),
    ...(existsSync(join(root, python))
      ? [{ title: python, run: () => runPython(python, 3 * seconds) }]
      : []),
  ];
}
