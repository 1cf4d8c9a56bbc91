"""The prediction report's answers by topic, tests adjusted together, and what follows from supported ones."""

from collections.abc import Mapping

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import SUPPORTED
from engagement_utils.profiles import answers_data, answers_models
from engagement_utils.profiles.errors import error
from engagement_utils.profiles.features import HORIZONS
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.results import Results
from engagement_utils.report import findings as report
from engagement_utils.report import header as report_header
from engagement_utils.report.answer import Answer
from engagement_utils.report.outputs import Action, Header
from engagement_utils.report.wording import number, percent


def tests(r: Results) -> dict[str, Estimate]:
    """Every tested estimate by topic, p-values adjusted together (Benjamini-Hochberg)."""
    by_stratum = {
        f"stratum_{by}_{name}": e
        for by in ("followers", "density")
        for name, e in answers_data.stratum_skills(r, by, 1).items()
    }
    return report.adjust({**answers_models.skills(r), **answers_models.splits(r), **by_stratum})


def answers(r: Results) -> dict[str, Answer]:
    """Every answer by topic, in the report's order; at most six are main points."""
    e = tests(r)
    found = [answers_models.overall(r, e)]
    if r.has_best:
        found.append(answers_models.possible(r))
    found.append(answers_data.coverage(r))
    if "leak" in e:
        found += [
            answers_models.leak(r, e["leak"]),
            answers_models.against_published(r, e["published_split"]),
        ]
    found += [answers_data.sparse(r), answers_data.weeks(r)]
    found += [answers_models.accuracy(r, h, e[f"accuracy_{7 * h}d"]) for h in HORIZONS]
    tested = {k.split("_", 2)[2]: v for k, v in e.items() if k.startswith("stratum_")}
    found += [answers_data.strata(r, tested), answers_data.giants(r), answers_data.drivers(r)]
    return {a.finding.topic: a for a in found}


def header(r: Results) -> Header:
    """Data window, counts and key figures."""
    first = r.at(1)
    level = r.settings.level
    skill = tests(r)["accuracy_7d"]
    return report_header.header(
        r.prepared.span.first,
        r.prepared.span.last,
        {"day": r.exploration.rows, "profile": len(r.exploration.recorded)},
        [
            report_header.key_figure("Less error than the best baseline, 7 days", skill, percent=True),
            report_header.key_figure(
                "Error over engagement, 7 days", error(first, MODEL, "WAPE", level=level), percent=True
            ),
            report_header.key_figure(
                "Covered by the 80% interval", error(first, MODEL, "coverage_80", level=level), percent=True
            ),
            report_header.key_figure(
                "Under 50 recorded days in a year", r.exploration.under_50, percent=True
            ),
        ],
    )


def actions(r: Results, found: Mapping[str, Answer]) -> list[Action]:
    """What to do: from supported findings alone."""
    todo = []
    wins = [h for h in HORIZONS if r.chosen[h] == MODEL]
    accuracy = found["accuracy"].finding
    if found["accuracy"].verdict == SUPPORTED and wins and (accuracy.estimate or 0) > 0:
        text = "Forecast with the saved model, and show its intervals."
        gain = f"It errs by at least {percent(accuracy.estimate)} less than the best baseline."
        todo.append(Action(text, "accuracy", gain))
    if "leak" in found and found["leak"].verdict == SUPPORTED and (found["leak"].finding.estimate or 0) > 0:
        text = "Do not use the published models or their error figures: a forecast has no leak to draw on."
        todo.append(Action(text, "leak"))
    if found["sparsity"].verdict == SUPPORTED and r.exploration.under_50.value > 0.5:
        gain = f"{percent(r.exploration.under_50.value)} of profiles have fewer than 50 days a year."
        todo.append(
            Action("Record more days of sparse profiles before asking more of a model.", "sparsity", gain)
        )
    if found["giants"].verdict == SUPPORTED:
        share = number(answers_data.TOP * 100, 0)
        text = f"Judge forecasts by scaled error and by stratum; {share}% of rows decide the squared error."
        todo.append(Action(text, "giants"))
    return todo
