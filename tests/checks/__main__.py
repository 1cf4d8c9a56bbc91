"""`python -m tests.checks`: every rule on the checkout in the working directory; 1 where one is broken."""

import sys
from pathlib import Path

from tests.checks import cells, judging, mirror, names

root = Path.cwd()
found = [*judging.problems(root), *names.problems(root), *cells.problems(root)]
alone = mirror.missing(root)
if mirror.STRICT:
    found += alone
elif alone:
    listed = "" if "--list" in sys.argv else " (python -m tests.checks --list names them)"
    print(f"{len(alone)} modules without a file of tests of their own{listed}")
    print("\n".join(alone) if "--list" in sys.argv else "", end="")
print("\n".join(found) if found else "The rules of the house: nothing to mend")
sys.exit(bool(found))
