/** What a function's parameters say of it. */

/** A signature's parameters with their annotations and defaults, over several lines if need be. */
export function parametersOf(lines: string[], index: number): string[] {
  const first = lines[index] ?? '';
  // Most end where they begin.
  const rest = first.trimEnd().endsWith(':') ? [] : lines.slice(index + 1, index + 30);
  const text = [first.slice(first.indexOf('(')), ...rest].join(' ');
  const parameters: string[] = [''];
  let depth = 0;
  for (const character of text) {
    if (')]}'.includes(character) && --depth === 0) break;
    if (character === ',' && depth === 1) parameters.push('');
    else if (depth > 0) parameters[parameters.length - 1] += character;
    if ('([{'.includes(character)) depth++;
  }
  return parameters.map((parameter) => parameter.trim()).filter(Boolean);
}

const nameOf = (parameter: string) => parameter.split(/[:=]/)[0]?.trim() ?? '';

/** Whether a call has to pass it. */
export const isRequired = (parameter: string): boolean =>
  !parameter.includes('=') && !/^[*/]/.test(parameter);

const APP_NAMES = /^(application|app|wsgi_app|wsgi)$/;
const START_RESPONSE = /^(start_response|start|respond|sr)$/;

/** PEP 3333's two parameters: known by the function's name, or by that of the second. */
export function isWsgi(name: string, parameters: string[]): boolean {
  const second = nameOf(parameters[1] ?? '');
  return parameters.length === 2 && (APP_NAMES.test(name) || START_RESPONSE.test(second));
}

/** Paste Deploy's: `main(global_config, **settings)`. */
export const isPaste = (parameters: string[]): boolean =>
  parameters.length === 2 &&
  /^global_conf(ig)?$/.test(nameOf(parameters[0] ?? '')) &&
  /^\*\*/.test(parameters[1] ?? '');
