/**
 * `npm run fuzz -- --seconds 600`: random connections through the worker's parser; see fuzz.py.
 * What failed is kept in test-results, and tried again with `--input FILE`.
 */

import { setUp } from '../setup/pieces.ts';
import { runFuzzing } from '../support/fuzzing.ts';

const missing = await setUp(['python']);
if (missing.size > 0) process.exit(1);
const { status } = await runFuzzing('fuzz.py', process.argv.slice(2), true);
process.exit(status ?? 1);
