/** When an installer is at work: pip itself, stopped before each change that it makes. */

import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { isAtWork } from '../../../server/reload/installer.ts';
import { cleanUp } from '../../support/cleanup.ts';
import { tempFolder } from '../../support/folders.ts';
import { venv } from '../../support/paths.ts';
import { installing, makeEnvironment, makeWheel } from '../../support/wheels.ts';

/** Runs pip, and waits for a line before each change of the environment's packages. */
const STEPPING = `
import json, sys
folder, pip, *arguments = sys.argv[1:]
sys.path.insert(0, pip)
CHANGES = ("os.mkdir", "os.rename", "os.rmdir", "os.remove")

def stop(event, arguments):
    writes = event == "open" and isinstance(arguments[1], str) and arguments[1] != "r"
    if (writes or event in CHANGES) and str(arguments[0]).startswith(folder):
        line = json.dumps({"step": f"{event} {arguments[0]}"})
        print(line, file=sys.__stdout__, flush=True)  # pip has another meanwhile
        sys.stdin.readline()

sys.addaudithook(stop)
from pip._internal.cli.main import main
sys.exit(main(["--quiet", *arguments]))
`;

interface Step {
  /** What comes next. */
  step: string;
  atWork: boolean;
}

async function steps(child: ChildProcessWithoutNullStreams, look: () => boolean): Promise<Step[]> {
  const all: Step[] = [];
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('{')) all.push({ ...JSON.parse(line), atWork: look() });
    child.stdin.write('\n');
  });
  let stderr = '';
  child.stderr.on('data', (data) => (stderr += data));
  const [code] = await once(child, 'close');
  assert.equal(code, 0, stderr);
  return all;
}

/** What `install` does, step by step, to an environment without pip. */
async function environment(t: TestContext) {
  const cwd = tempFolder(t);
  const python = await makeEnvironment(cwd);
  const [folder = ''] = globSync(join(cwd, '.venv/lib/python*/site-packages'));
  const [pip = ''] = globSync(join(venv, 'lib/python*/site-packages'));
  const install = async (version: string, leftovers: string[] = []): Promise<Step[]> => {
    const wheel = await makeWheel(cwd, version, 3);
    const child = spawn(python, ['-c', STEPPING, folder, pip, ...installing(wheel)], { cwd });
    cleanUp(t, () => void child.kill('SIGKILL'));
    return steps(child, () => isAtWork(folder, new Set(leftovers)));
  };
  return { folder, install };
}

const rests = (steps: Step[]): string[] =>
  steps.filter(({ atWork }) => !atWork).map(({ step }) => step);

test('pip is at work until a package has its metadata', async (t) => {
  const { folder, install } = await environment(t);
  const steps = await install('1.0');
  const whole = steps.findIndex(({ step }) => step.endsWith('/RECORD'));
  assert.ok(whole > 5, steps.map(({ step }) => step).join('\n'));
  assert.deepEqual(rests(steps.slice(0, whole + 1)), [`os.mkdir ${join(folder, 'plenty')}`]);
  assert.equal(isAtWork(folder, new Set()), false);
});

test('at an upgrade it is at work until what it has moved away is gone', async (t) => {
  const { folder, install } = await environment(t);
  await install('1.0');
  const leftover = join(folder, '~left-by-another');
  mkdirSync(leftover);
  const steps = await install('2.0', [leftover]);
  const moved = steps.findIndex(({ step }) => step === `os.mkdir ${join(folder, '~lenty')}`);
  assert.ok(moved > 0 && steps.length > moved + 5, steps.map(({ step }) => step).join('\n'));
  assert.deepEqual(rests(steps.slice(moved)), []);
  assert.equal(isAtWork(folder, new Set([leftover])), false);
  assert.equal(isAtWork(folder, new Set()), true);
});
