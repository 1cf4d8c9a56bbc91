"""Characters that the figures' font cannot draw.

Typst sets a label that holds one such character wholly in a font of last resort, one box a letter. The single
character gives way instead to the sign for "unknown character", and the label stays readable.
"""

import re
from functools import cache
from pathlib import Path

UNKNOWN = "\ufffd"
_BEYOND_LATIN = re.compile(r"[^\x00-\u024f]")


def drawable(svg: str) -> str:
    """The SVG with every character that DejaVu Sans lacks replaced by `UNKNOWN`."""
    if not _BEYOND_LATIN.search(svg):
        return svg
    characters = known()
    return _BEYOND_LATIN.sub(lambda m: m[0] if ord(m[0]) in characters else UNKNOWN, svg)


@cache
def known() -> frozenset[int]:
    """The code points of DejaVu Sans, which matplotlib ships and draws with."""
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))).get_charmap())
