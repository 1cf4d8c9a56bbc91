"""The data quality section: what was read, what was set aside, what was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engagement_utils.report.outputs import Quality
from engagement_utils.tables.quality import InputQuality, Reason


def quality(inputs: Sequence[InputQuality], extra: Mapping[str, Sequence[Reason]] | None = None) -> Quality:
    """The output for the data quality section.

    Args:
        inputs: what `tables.reading.read_tables` found.
        extra: further reasons by input name, for what only the domain can see (such as watch time over the
            duration); those without rows are left out.

    Raises:
        ValueError: `extra` names an input that was not read.
    """
    extra = extra or {}
    unknown = sorted(set(extra) - {i.name for i in inputs})
    if unknown:
        msg = f"no input {', '.join(unknown)}; read: {', '.join(i.name for i in inputs)}"
        raise ValueError(msg)
    return Quality(
        tuple(replace(i, reasons=(*i.reasons, *(r for r in extra.get(i.name, ()) if r.rows))) for i in inputs)
    )
