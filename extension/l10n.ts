/**
 * Translates what a person reads: `l10n.t('{0} requests', 7)`. The editor's own `vscode.l10n.t`, once it is
 * told of; so that parts that know nothing of `vscode` have it, too. Log lines stay in English.
 */

type Argument = string | number;
export type Translate = (message: string, ...values: Argument[]) => string;

/** As VS Code does it: `{0}` is the first value. */
const inEnglish: Translate = (message, ...values) =>
  message.replace(/\{(\d+)\}/g, (hole, at) => `${values[Number(at)] ?? hole}`);

let translate = inEnglish;

export const l10n = {
  /** @param message a literal: the bundle in `l10n/` is made of those that stand in the source */
  t: (message: string, ...values: Argument[]): string => translate(message, ...values),
};

/** From now on what `l10n.t` gives is this function's. */
export function translateWith(next: Translate = inEnglish): void {
  translate = next;
}
