"""What the processes that make pages share: imported by the process that they are forked from, there alone.

Libraries, templates and fonts are loaded here once, while the notebooks still run.
"""

import gc
import os
from contextlib import suppress

from engagement_utils.suite.execution.process import without_unused

# no thread may run in a process that is forked from, and making pages computes nothing
os.environ["OPENBLAS_NUM_THREADS"] = "1"

with without_unused():
    gc.disable()  # imports leave little garbage, and looking for it takes a tenth of their time
    from engagement_utils.suite.publish import code, html, pdf

from engagement_utils.suite.publish import rehearsal

__all__ = ["code", "html", "pdf"]

pdf.fonts()
pdf.known()
with suppress(Exception):  # a template at fault is told of by the page that needs it
    rehearsal.rehearse(rehearsal.asked())
gc.enable()
gc.freeze()  # what is shared stays shared: no collection touches it in the processes that are forked
