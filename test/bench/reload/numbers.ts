/** What is made of several measurements. */

export const sum = (numbers: number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** By nearest rank. */
export const quantile = (numbers: number[], q: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.ceil(q * numbers.length) - 1] ?? NaN;

export const rounded = (number: number): number => Math.round(number * 10) / 10;
