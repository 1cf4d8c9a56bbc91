"""The data quality section: what was read, what was set aside, what was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engagement_utils.report.outputs import Quality
from engagement_utils.report.wording import count, join_words, number
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


def sentence(result: Quality) -> str:
    """One sentence: rows read, rows set aside, and remarks on the rows that were kept."""
    rows = join_words([f"{number(i.rows)} {i.name}" for i in result.inputs])
    aside = sum(i.set_aside for i in result.inputs)
    total = sum(i.rows for i in result.inputs)
    remarks = sum(1 for i in result.inputs for r in i.reasons if r.action == "counted" and r.rows)
    text = f"{rows} were read; "
    text += f"{count(aside, 'row')} of {number(total)} set aside" if aside else "no row was set aside"
    if remarks:
        text += f", {count(remarks, 'peculiarity')} of the rows kept counted below"
    return text + "."
