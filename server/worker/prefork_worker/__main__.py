"""Entry point of the zygote: `python .../prefork_worker`, with the control channel on descriptor 3.

Python puts the script's folder first on `sys.path`; what belongs there is the folder that holds the
package, and at the end, so that it shadows nothing of the app's.
"""

from __future__ import annotations

import os
import sys

CONTROL_DESCRIPTOR = 3


def main() -> int:
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if entry and os.path.abspath(entry) != here]
    sys.path.append(os.path.dirname(here))
    from prefork_worker.zygote import run

    return run(CONTROL_DESCRIPTOR)


if __name__ == "__main__":
    sys.exit(main())
