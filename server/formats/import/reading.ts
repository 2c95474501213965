/**
 * Reading what somebody else wrote: a reader takes a value and where it stands, and gives what is known of
 * it, or throws an Error that says where it is wrong. What a shape does not name is left out.
 */

export type Read<Value> = (value: unknown, at: string) => Value;

function wrong(at: string, expected: string, value: unknown): never {
  const found = Array.isArray(value) ? 'a list' : value === null ? 'null' : `${typeof value}`;
  throw new Error(`${at}: ${expected} is expected, not ${value === undefined ? 'nothing' : found}`);
}

export const text: Read<string> = (value, at) =>
  typeof value === 'string' ? value : wrong(at, 'a text', value);

export const number: Read<number> = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) ? value : wrong(at, 'a number', value);

/** A size or a time: neither negative nor a fraction. */
export const amount: Read<number> = (value, at) => Math.max(0, Math.round(number(value, at)));

export const flag: Read<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : wrong(at, 'true or false', value);

export const truth: Read<true> = (value, at) => (value === true ? value : wrong(at, 'true', value));

export const hex =
  (digits: number): Read<string> =>
  (value, at) =>
    typeof value === 'string' && value.length === digits && /^[\da-f]+$/.test(value)
      ? value
      : wrong(at, `${digits} hexadecimal digits`, value);

export const oneOf =
  <Value extends string | number>(...known: Value[]): Read<Value> =>
  (value, at) =>
    known.find((one) => one === value) ?? wrong(at, `one of ${known.join(', ')}`, value);

export const nullable =
  <Value>(read: Read<Value>): Read<Value | null> =>
  (value, at) =>
    value === null || value === undefined ? null : read(value, at);

export const optional =
  <Value>(read: Read<Value>): Read<Value | undefined> =>
  (value, at) =>
    value === undefined || value === null ? undefined : read(value, at);

export const list =
  <Item>(read: Read<Item>): Read<Item[]> =>
  (value, at) =>
    Array.isArray(value)
      ? value.map((item, index) => read(item, `${at}[${index}]`))
      : wrong(at, 'a list', value);

export const pair =
  <First, Second>(first: Read<First>, second: Read<Second>): Read<[First, Second]> =>
  (value, at) =>
    Array.isArray(value) && value.length === 2
      ? [first(value[0], `${at}[0]`), second(value[1], `${at}[1]`)]
      : wrong(at, 'a pair', value);

export const object: Read<Record<string, unknown>> = (value, at) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : wrong(at, 'an object', value);

type Fields<Shape> = { [Name in keyof Shape]-?: Read<Shape[Name] | undefined> };

/** A member whose reader gives undefined is left out. */
export const shape =
  <Shape extends object>(fields: Fields<Shape>): Read<Shape> =>
  (value, at) => {
    const members = object(value, at);
    const read = Object.entries<Read<unknown>>(fields).map(
      ([name, member]) => [name, member(members[name], `${at}.${name}`)] as const,
    );
    return Object.fromEntries(read.filter(([, member]) => member !== undefined)) as Shape;
  };

/** The same, none of whose members has to be there. */
export const partial = <Shape extends object>(fields: Fields<Shape>): Read<Partial<Shape>> =>
  shape<Partial<Shape>>(
    Object.fromEntries(
      Object.entries<Read<unknown>>(fields).map(([name, read]) => [name, optional(read)]),
    ) as Fields<Partial<Shape>>,
  );
