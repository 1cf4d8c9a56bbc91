"""`python -m checks`: every rule on the checkout in the working directory; 1 where one is broken."""

import sys
from pathlib import Path

from checks import cells, judging

root = Path.cwd()
found = [*judging.problems(root), *cells.problems(root)]
print("\n".join(found) if found else "The rules of the house: nothing to mend")
sys.exit(bool(found))
