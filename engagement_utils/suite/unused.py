"""Modules that libraries import where they are installed: seconds long, and of no use to the suite."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# of jsonschema: grammars of internationalised web addresses; of papermill: Hadoop's file system;
# of nbconvert: the web server that shows slides
UNUSED = ("rfc3987_syntax", "pyarrow.fs", "nbconvert.postprocessors.serve")


@contextmanager
def without_unused() -> Iterator[None]:
    """Meanwhile, importing what is `UNUSED` fails at once, unless it is imported already."""
    hidden = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
