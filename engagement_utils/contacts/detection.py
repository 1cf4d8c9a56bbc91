"""How well platforms are detected: precision and recall on labelled texts, agreement with clicks."""

from collections.abc import Callable
from importlib.resources import files

import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa

from engagement_utils.contacts.platforms import CLICKED, KEYS, NAMES
from engagement_utils.contacts.words import plain
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion
from engagement_utils.tables.backend import kept
from engagement_utils.tables.engines import connect


def labelled() -> pd.DataFrame:
    """The labelled texts: value, and platforms (keys apart by spaces, "" for none)."""
    source = files("engagement_utils.contacts") / "data" / "labelled_sources.csv"
    with source.open(encoding="utf-8") as file:
        return pd.read_csv(file, keep_default_na=False, dtype=str)


def scores(texts: pd.DataFrame, rule: Callable[[ir.Table], ir.Table]) -> pd.DataFrame:
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
        precision, recall = proportion(right, int(g.sum())), proportion(right, int(t.sum()))
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


def mistakes(texts: pd.DataFrame, rule: Callable[[ir.Table], ir.Table]) -> pd.DataFrame:
    """The texts a rule gets wrong: value, labelled, found."""
    found = _applied(texts, rule)
    guess = [" ".join(k for k in KEYS if row[k]) for _, row in found.iterrows()]
    frame = pd.DataFrame({"value": texts["value"], "labelled": texts["platforms"], "found": guess})
    same = [set(a.split()) == set(b.split()) for a, b in zip(frame["labelled"], frame["found"], strict=True)]
    return frame[~np.array(same)]


def agreement(contacts: pd.DataFrame) -> pd.DataFrame:
    """Clicks beside mentions for the platforms that have both.

    Columns: platform, clicked (contacts with a click), mentioned, both, confirmed (`Estimate`: share of the
    contacts with a click who also have a mention), kappa (Cohen 1960, Educ. Psychol. Meas. 20:37-46:
    agreement beyond chance, 1 is full, 0 is chance).
    """
    rows = []
    for key, clicks in CLICKED.items():
        c, m = contacts[clicks].to_numpy() > 0, contacts[key].to_numpy() > 0
        rows.append(
            (NAMES[key], int(c.sum()), int(m.sum()), int((c & m).sum()), _confirmed(c, m), _kappa(c, m))
        )
    return pd.DataFrame(rows, columns=["platform", "clicked", "mentioned", "both", "confirmed", "kappa"])


def _confirmed(clicked: np.ndarray, mentioned: np.ndarray) -> Estimate:
    return proportion(int((clicked & mentioned).sum()), int(clicked.sum()))


def _kappa(a: np.ndarray, b: np.ndarray) -> float:
    if a.size == 0:
        return float("nan")
    observed, chance = float((a == b).mean()), float(a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean()))
    return (observed - chance) / (1 - chance) if chance < 1 else float("nan")
