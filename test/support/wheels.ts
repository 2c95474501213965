/** Environments of an app's own, and a package that can be installed into them. */

import { join } from 'node:path';
import { quietly } from '../setup/quietly.ts';
import { venvPython } from './paths.ts';

/** As `python -m venv` makes it, in `.venv`; gives its Python. */
export async function makeEnvironment(cwd: string): Promise<string> {
  await quietly(venvPython, ['-m', 'venv', '--without-pip', join(cwd, '.venv')], { cwd });
  return join(cwd, '.venv/bin/python');
}

const MAKE_WHEEL = `
import sys, zipfile
name, version, modules = sys.argv[1], sys.argv[2], int(sys.argv[3])
info = f"{name}-{version}.dist-info"
with zipfile.ZipFile(f"{name}-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr(f"{name}/__init__.py", f"version = {version!r}\\n")
    for index in range(modules):
        wheel.writestr(f"{name}/module{index}.py", "")
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", "")
`;

/** Of the package `plenty`, which knows its version and has so many modules; gives its path. */
export async function makeWheel(cwd: string, version: string, modules: number): Promise<string> {
  await quietly(venvPython, ['-c', MAKE_WHEEL, 'plenty', version, `${modules}`], { cwd });
  return join(cwd, `plenty-${version}-py3-none-any.whl`);
}

/** What pip is asked for. */
export const installing = (wheel: string): string[] => ['install', '--no-index', wheel];
