/** A profile by file: what each line took, by itself and with all that it called. */

import type { Profile, ProfileFrame } from '../../../server/stream/profile.ts';
import type { Microseconds } from '../../../server/stream/protocol.ts';
import { once } from '../trace/once.ts';

interface Times {
  self: Microseconds;
  total: Microseconds;
}

export interface ProfiledLine extends Times {
  frame: ProfileFrame;
}

export interface ProfiledFile extends Times {
  file: string;
  own: boolean;
  lines: ProfiledLine[];
}

export type FileOrder = keyof Times;

/** A line, or a file, that is several times in a stack is counted once. */
function linesOf(profile: Profile): ProfiledLine[] {
  const lines = profile.frames.map((frame): ProfiledLine => ({ frame, self: 0, total: 0 }));
  for (const [stack, weight] of profile.samples) {
    const frames = profile.stacks[stack] ?? [];
    for (const index of new Set(frames)) {
      const line = lines[index];
      if (line) line.total += weight;
    }
    const last = lines[frames.at(-1) ?? -1];
    if (last) last.self += weight;
  }
  return lines.filter(({ total }) => total > 0);
}

export const filesOf = once((profile: Profile): ProfiledFile[] => {
  const files = new Map<string, ProfiledFile>();
  for (const line of linesOf(profile)) {
    const { 'code.file.path': file, own } = line.frame;
    const known = files.get(file) ?? { file, own, self: 0, total: 0, lines: [] };
    files.set(file, known);
    known.self += line.self;
    known.lines.push(line);
  }
  addTotals(profile, files);
  return [...files.values()];
});

function addTotals(profile: Profile, files: ReadonlyMap<string, ProfiledFile>): void {
  const ofStacks = profile.stacks.map(
    (stack) => new Set(stack.map((frame) => profile.frames[frame]?.['code.file.path'] ?? '')),
  );
  for (const [stack, weight] of profile.samples) {
    for (const name of ofStacks[stack] ?? []) {
      const file = files.get(name);
      if (file) file.total += weight;
    }
  }
}

/** The user's own first, then the heaviest. */
export function sortedFiles(files: readonly ProfiledFile[], order: FileOrder): ProfiledFile[] {
  const byTime = (a: Times, b: Times): number => b[order] - a[order] || b.total - a.total;
  return files
    .map((file) => ({ ...file, lines: file.lines.toSorted(byTime) }))
    .sort((a, b) => Number(b.own) - Number(a.own) || byTime(a, b));
}
