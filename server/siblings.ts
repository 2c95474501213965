/** What lies beside the server: beside its bundle in dist/, beside this file in the sources. */

import { fileURLToPath } from 'node:url';

/** The folder that the server lies in. */
export const SERVER_FOLDER: string = fileURLToPath(new URL('.', import.meta.url));

/** The folder that holds the built panel page. */
export const PANEL_FOLDER: string = fileURLToPath(new URL('./webview', import.meta.url));
