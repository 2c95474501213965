import type { Preload } from '../stream/protocol.ts';

/** `--print-preload`: what the next start imports ahead, at what cost, and what it does not, and why. */
export function preloadText(file: string, preload: Preload | null): string {
  if (!preload) return `Nothing is known yet: a server in dev mode learns it, and writes ${file}\n`;
  const { off, modules, left_out } = preload;
  const total = modules.reduce((sum, { cost }) => sum + cost, 0);
  const head = off ? `Nothing: ${off}` : `${modules.length} modules in ${milliseconds(total)}`;
  const costs = modules.map(({ module, cost }) => `  ${milliseconds(cost).padStart(9)}  ${module}`);
  const width = Math.max(0, ...left_out.map(({ module }) => module.length));
  const reasons = left_out.map(({ module, reason }) => `  ${module.padEnd(width)}  ${reason}`);
  return lines([
    ...[`Kept in ${file}`, ''],
    ...[`Preloaded: ${head}`, ...(off ? [] : costs)],
    ...(reasons.length > 0 ? ['', `Not preloaded: ${reasons.length} modules`, ...reasons] : []),
  ]);
}

const milliseconds = (cost: number): string => `${(cost / 1000).toFixed(1)} ms`;

const lines = (texts: string[]): string => texts.map((text) => `${text}\n`).join('');
