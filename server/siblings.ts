/** What lies beside the server: beside its bundle in dist/, beside this file in the sources. */

import { fileURLToPath } from 'node:url';

/** The folder that holds the Python package `prefork_worker`. */
export const WORKER_FOLDER: string = fileURLToPath(new URL('./worker', import.meta.url));

/** The folder that holds the built panel page. */
export const PANEL_FOLDER: string = fileURLToPath(new URL('./webview', import.meta.url));
