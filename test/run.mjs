/** `npm test`, for the Node that the user has: installs the one that the tests run on, and goes on there. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installPackages, installTestNode, root, testNode } from './setup/install.mjs';

installPackages();
installTestNode();
const { status } = spawnSync(testNode, [join(root, 'test/run.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
