"""A report with another answer: what one question estimates is replaced, all else is kept."""

import copy

from engagement_utils.report.question import Question


def anew(report, name="", **values):
    """`report` as it was before it judged, with cached `values` of the question `name` replaced."""
    new = copy.copy(report)
    new.asked = []
    new.__dict__.pop("_verdicts", None)
    for attribute, question in vars(report).items():
        if isinstance(question, Question):
            other = copy.copy(question)
            other.report = new
            other.__dict__.pop("said", None)
            setattr(new, attribute, other)
            new.asked.append(other)
    if name:
        changed = getattr(new, name)
        changed.__dict__.pop("stated", None)
        changed.__dict__.update(values)
    return new
