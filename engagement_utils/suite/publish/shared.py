"""What the processes that make pages share: imported by the process that they are forked from, there alone.

Libraries, templates and fonts are loaded here once, while the notebooks still run.
"""

import os

from engagement_utils.suite.unused import without_unused

# no thread may run in a process that is forked from, and making pages computes nothing
os.environ["OPENBLAS_NUM_THREADS"] = "1"

with without_unused():
    from engagement_utils.suite.publish import code, html, pdf

from engagement_utils.suite.publish import glyphs
from engagement_utils.suite.publish.assets import PROJECT, templates
from engagement_utils.suite.publish.exporter import exporter

__all__ = ["code", "html", "pdf"]

pdf.fonts()
glyphs.known()
if templates(PROJECT).is_dir():
    for name in ("report", "code"):
        _ = exporter(PROJECT, name).template
