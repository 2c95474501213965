/** The panel's page as VS Code wants it: `dist/webview/index.html` with its addresses and a CSP. */

import { randomBytes } from 'node:crypto';

export interface PageSource {
  html: string;
  /** The webview's origin for resources. */
  cspSource: string;
  /** From a name in `dist/webview` to its address in the webview. */
  address(name: string): string;
}

const OWN_POLICY = /<meta\s+http-equiv="Content-Security-Policy"[^>]*>\s*/i;
const REFERENCE = /\b(src|href)="(?:\.?\/)?([\w.-]+)"/g;

/** Nothing inline, nothing from elsewhere, no connection: the page speaks by messages alone. */
export function panelPage({ html, cspSource, address }: PageSource): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    'font-src data:',
    `img-src ${cspSource} data:`,
  ].join('; ');
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  return html
    .replace(OWN_POLICY, '')
    .replace(/<head>/i, `<head>\n${meta}`)
    .replace(/<script\b/g, `<script nonce="${nonce}"`)
    .replace(REFERENCE, (_, attribute, name) => `${attribute}="${address(name)}"`);
}
