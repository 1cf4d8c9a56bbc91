"""How well platforms are detected: precision and recall on labelled texts, agreement with clicks."""

from collections.abc import Callable, Mapping
from importlib.resources import files

import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa

from engagement_utils.contacts.platforms import CLICKED, KEYS, NAMES, PLATFORMS
from engagement_utils.contacts.words import plain
from engagement_utils.inference.proportions import proportion
from engagement_utils.tables.backend import kept
from engagement_utils.tables.engines import connect

SUBSTRINGS: Mapping[str, tuple[str, ...]] = {
    "facebook": ("facebook", "fb"),
    "instagram": ("instagram", "insta", "ig"),
    "linkedin": ("linkedin", "lnkd"),
    "twitter": ("twitter", "t.co", "x.com"),
    "tiktok": ("tiktok",),
    "youtube": ("youtube", "yt"),
    "google_ads": ("google ads", "googleads", "adwords", "gclid", "sem"),
    "eventbrite": ("eventbrite",),
    "whatsapp": ("whatsapp", "wa.me"),
    "make": ("make",),
    "atomchat": ("atomchat", "atom chat"),
    "organic_social": ("social",),
}


def labelled() -> pd.DataFrame:
    """The labelled texts: value, and platforms (keys apart by spaces, "" for none)."""
    source = files("engagement_utils.contacts") / "sample" / "labelled_sources.csv"
    with source.open(encoding="utf-8") as file:
        return pd.read_csv(file, keep_default_na=False, dtype=str)


def scores(texts: pd.DataFrame, rule: Callable[[ir.Table], ir.Table], *, level: float) -> pd.DataFrame:
    """Precision and recall of a rule, a row a platform and a last row "all".

    Columns: platform, labelled, found, right, precision, recall, with an `Estimate` of each as
    precision_estimate and recall_estimate.
    """
    found = _applied(texts, rule)
    truth = np.array([[k in labels.split() for k in KEYS] for labels in texts["platforms"]])
    guess = found[list(KEYS)].to_numpy(dtype=bool)
    rows = [(NAMES[k], truth[:, i], guess[:, i]) for i, k in enumerate(KEYS)]
    rows.append(("all", truth.ravel(), guess.ravel()))
    result = []
    for name, t, g in rows:
        right = int((t & g).sum())
        precision, recall = (proportion(right, int(x.sum()), level=level) for x in (g, t))
        result.append(
            (name, int(t.sum()), int(g.sum()), right, precision.value, recall.value, precision, recall)
        )
    names = ["platform", "labelled", "found", "right", "precision", "recall"]
    return pd.DataFrame(result, columns=[*names, "precision_estimate", "recall_estimate"])


def _applied(texts: pd.DataFrame, rule: Callable[[ir.Table], ir.Table]) -> pd.DataFrame:
    con = connect("duckdb://")
    rows = pa.table({"row": list(range(len(texts))), "value": texts["value"].tolist()})
    con.con.register("labelled_rows", rows)
    source = con.table("labelled_rows")
    known = kept(con, source.mutate(plain=plain(source["value"])), "labelled")
    return con.to_pandas(rule(known).order_by("row"))


def agreement(contacts: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """Clicks beside mentions for the platforms that have both.

    Columns: platform, clicked (contacts with a click), mentioned, both, confirmed (`Estimate`: share of the
    contacts with a click who also have a mention), kappa (Cohen 1960, Educ. Psychol. Meas. 20:37-46:
    agreement beyond chance, 1 is full, 0 is chance).
    """
    rows = []
    for key, clicks in CLICKED.items():
        c, m = contacts[clicks].to_numpy() > 0, contacts[key].to_numpy() > 0
        confirmed = proportion(int((c & m).sum()), int(c.sum()), level=level)
        rows.append((NAMES[key], int(c.sum()), int(m.sum()), int((c & m).sum()), confirmed, _kappa(c, m)))
    return pd.DataFrame(rows, columns=["platform", "clicked", "mentioned", "both", "confirmed", "kappa"])


def _kappa(a: np.ndarray, b: np.ndarray) -> float:
    if a.size == 0:
        return float("nan")
    observed, chance = float((a == b).mean()), float(a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean()))
    return (observed - chance) / (1 - chance) if chance < 1 else float("nan")


def by_substrings(texts: ir.Table) -> ir.Table:
    """The seed's rule, to compare with: `texts` (a column `value`) with a 0/1 column a platform."""
    low = texts["value"].lower()
    flags = {}
    for platform in PLATFORMS:
        parts = [low.contains(s) for s in SUBSTRINGS[platform.key]]
        found = parts[0]
        for part in parts[1:]:
            found = found | part
        flags[platform.key] = found.fill_null(False).cast("int64")
    return texts.mutate(**flags)
