"""`python -m app`, the same as the command `kibitz`."""

import sys

from app.cli import main

if __name__ == "__main__":
    sys.exit(main())
