"""Generated contacts of a university's admissions team, whose truth is known.

`contacts.csv` holds two planted social segments, `contacts_null.csv` a single population without segments;
`truth.csv` says for each contact of the first what was planted, `history.csv` when its stages and latest
sources were set. No name, address or number is of a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engagement_utils.contacts.sample.history import history, with_way
from engagement_utils.contacts.sample.texts import (
    ABROAD,
    CHANNELS,
    CLICKED_ORDER,
    COUNTRIES,
    PERIODS,
    PLACES,
    PLATFORM_SHARES,
    TEXTS,
)

FIRST_DAY, DAYS = np.datetime64("2023-01-02"), 973  # to 2025-09-01
AS_OF = FIRST_DAY + DAYS
# of closing at some time, and days to it, by segment ("" without social engagement)
CLOSES = {"A": (0.34, 40.0), "B": (0.1, 95.0), "": (0.13, 75.0)}
FASTER = {"whatsapp": 0.5, "linkedin": 0.8, "tiktok": 1.7}  # times the days


@dataclass(frozen=True)
class Truth:
    """What is planted.

    Attributes:
        contacts: rows. seed: of all randomness; first_id: of the first contact.
        segments: two populations of socially engaged contacts; else a single one.
        social: share of socially engaged contacts. high: share of segment A among these.
        effects: whether closing depends on the segment and platform.
    """

    contacts: int = 20_000
    seed: int = 0
    first_id: int = 100_001
    segments: bool = True
    social: float = 0.62
    high: float = 0.35
    effects: bool = True


def _pick(rng: np.random.Generator, options: tuple[str, ...], n: int, weights: Any = None) -> np.ndarray:
    return np.asarray(options, dtype=object)[rng.choice(len(options), n, p=weights)]


def _counts(rng: np.random.Generator, segment: np.ndarray, t: Truth) -> dict[str, np.ndarray]:
    """Sessions, page views, forms and social clicks."""
    n = segment.size
    if not t.segments:  # one cloud: each count is Poisson around a log-normal level, all levels correlated
        z = rng.normal(size=n)

        def cloud(level: float) -> np.ndarray:
            return 1 + rng.poisson(np.exp(level + 0.35 * z + 0.45 * rng.normal(size=n)))

        sessions = cloud(2.0)
        counts = {
            "sessions": sessions,
            "views": sessions + cloud(2.8),
            "forms": cloud(1.2),
            "clicks": cloud(1.6),
        }
        return counts | {"clicks": np.where(segment == "", 0, counts["clicks"])}
    high, none = segment == "A", segment == ""
    level = np.exp(rng.normal(0, 0.22, n))
    sessions = np.where(high, 5 + rng.poisson(10 * level), 1 + rng.poisson(0.6 * level))
    sessions = np.where(none, 1 + rng.poisson(3 * level), sessions)
    views = sessions + rng.poisson(np.where(high, 3.2, np.where(none, 1.2, 0.4)) * sessions)
    forms = np.where(high, 2 + rng.poisson(2.2, n), rng.poisson(np.where(none, 0.8, 0.35)))
    clicks = np.where(high, 3 + rng.poisson(5, n), rng.poisson(0.35, n))
    return {"sessions": sessions, "views": views, "forms": forms, "clicks": np.where(none, 0, clicks)}


def _growing(rng: np.random.Generator, totals: np.ndarray) -> np.ndarray:
    """Totals as histories that grow to them: "2 // 5 // 13"."""
    steps = np.minimum(1 + rng.poisson(0.8, totals.size), 4)
    a, b = (totals * 0.3).astype(int), (totals * 0.7).astype(int)
    text = [pd.Series(v).astype(str).to_numpy(dtype=object) for v in (a, b, totals)]
    one, two = text[2], text[1] + " // " + text[2]
    return np.select([(steps == 1) | (totals < 4), steps == 2], [one, two], text[0] + " // " + two)


def _dates(rng: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """Days in the forms of exports, with some that are none; NaT stays empty."""
    stamps = pd.DatetimeIndex(days.astype("datetime64[ns]"))
    n = days.size
    milliseconds = (stamps.asi8 // 1_000_000).astype(str).astype(object)
    iso = stamps.strftime("%Y-%m-%dT10:30:00.000Z").to_numpy(dtype=object)
    local = stamps.strftime("%d/%m/%Y").to_numpy(dtype=object)
    months = np.array(
        [
            "-",
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
        dtype=object,
    )
    month = months[np.where(np.isnat(days), 0, stamps.month.fillna(0).astype(int))]
    parts = stamps.strftime("%d").to_numpy(dtype=object), stamps.strftime("%Y").to_numpy(dtype=object)
    named = pd.Series(parts[0]).astype(str) + " de " + month + " de " + pd.Series(parts[1]).astype(str)
    form = rng.choice(5, n, p=(0.62, 0.3, 0.05, 0.025, 0.005))
    text = np.select(
        [form == 0, form == 1, form == 2, form == 3], [milliseconds, iso, local, named], "pendiente"
    )
    return np.where(np.isnat(days), "", text)


def _sources(rng: np.random.Generator, platform: np.ndarray) -> dict[str, np.ndarray]:
    n = platform.size
    columns = {name: np.full(n, "", dtype=object) for name in ("s", "d1", "d2", "canal", "ref")}
    for key, texts in TEXTS.items():
        at = np.flatnonzero(platform == key)
        for name, options in zip(columns, texts, strict=True):
            columns[name][at] = _pick(rng, options, at.size)
    latest = np.where(
        rng.random(n) < 0.5, columns["s"], _pick(rng, ("DIRECT_TRAFFIC", "ORGANIC_SEARCH", "OFFLINE"), n)
    )
    for _ in range(2):  # the latest source changes with time
        again = rng.random(n) < 0.3
        more = (
            latest
            + " // "
            + _pick(rng, ("DIRECT_TRAFFIC", "EMAIL_MARKETING", "OFFLINE", "ORGANIC_SEARCH"), n)
        )
        latest = np.where(again, more, latest)
    for name in ("d2", "ref", "canal"):  # not every field is filled
        columns[name] = np.where(rng.random(n) < 0.35, "", columns[name])
    repeated = columns["d1"] + " // " + columns["d1"]
    columns["d1"] = np.where((rng.random(n) < 0.15) & (columns["d1"] != ""), repeated, columns["d1"])
    return columns | {"latest": latest}


def _closing(
    rng: np.random.Generator, t: Truth, segment: np.ndarray, platform: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Chance of ever closing, and days to it (infinite where never)."""
    n = segment.size
    chance, days = np.full(n, 0.15), np.full(n, 70.0)
    if t.effects:
        for key, (p, d) in CLOSES.items():
            chance[segment == key], days[segment == key] = p, d
        for key, factor in FASTER.items():
            days[platform == key] *= factor
    taken = np.ceil(days * rng.gamma(1.6, 1 / 1.6, n))
    return chance, np.where(rng.random(n) < chance, taken, np.inf)


def generate(t: Truth) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The export, and the truth: contact_id, segment ("A", "B", ""), platform, tier, channel, chance, created
    and closed_on.
    """
    rng = np.random.default_rng(t.seed)
    n = t.contacts
    ids = pd.Series(np.arange(t.first_id, t.first_id + n)).astype(str).to_numpy(dtype=object)
    social = rng.random(n) < t.social
    segment = np.where(social, np.where(rng.random(n) < t.high, "A", "B"), "")
    shares = np.array(list(PLATFORM_SHARES.values()))
    platform = np.where(social, _pick(rng, tuple(PLATFORM_SHARES), n, shares / shares.sum()), "")
    counts = _counts(rng, segment, t)
    where = np.array(list(CLICKED_ORDER), dtype=object)
    clicked = np.select(
        [platform == k for k in where[:3]], [0, 1, 2], rng.choice(4, n, p=(0.5, 0.15, 0.1, 0.25))
    )
    clicks = {k: np.where(clicked == i, counts["clicks"], 0) for i, k in enumerate(where)}
    s = _sources(rng, platform)
    created = FIRST_DAY + np.floor(rng.random(n) * DAYS).astype("timedelta64[D]")
    chance, days = _closing(rng, t, segment, platform)
    closed_on = created + np.where(np.isfinite(days), days, 0).astype("timedelta64[D]")
    is_closed = np.isfinite(days) & (closed_on <= AS_OF)
    closed_on = np.where(is_closed, closed_on, np.datetime64("NaT")).astype("datetime64[D]")
    open_stage = _pick(
        rng,
        (
            "lead",
            "Lead",
            "Prospecto",
            "marketingqualifiedlead",
            "MQL",
            "salesqualifiedlead",
            "opportunity",
            "Oportunidad",
            "subscriber",
            "other",
        ),
        n,
        (0.26, 0.1, 0.1, 0.2, 0.06, 0.1, 0.06, 0.02, 0.06, 0.04),
    )
    stage = np.where(is_closed, _pick(rng, ("customer", "Cliente"), n, (0.8, 0.2)), open_stage)
    stage = with_way(stage, rng.random(n))
    tier = _pick(rng, tuple(PLACES), n, (0.44, 0.33, 0.08, 0.15))
    state, country = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    for key, names in PLACES.items():
        at = np.flatnonzero(tier == key)
        state[at] = _pick(rng, names, at.size)
        country[at] = _pick(rng, ABROAD, at.size) if key == "international" else COUNTRIES[key]
    channel = _pick(rng, tuple(CHANNELS), n, (0.46, 0.18, 0.14, 0.07, 0.15))
    activity, conversion = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    for key, pairs in CHANNELS.items():
        at = np.flatnonzero(channel == key)
        which = rng.choice(len(pairs), at.size)
        activity[at] = np.asarray([p[0] for p in pairs], dtype=object)[which]
        conversion[at] = np.asarray([p[1] for p in pairs], dtype=object)[which]
    # a score that knows the segment but promises too much
    score = np.clip(1.5 * chance + rng.normal(0, 0.06, n), 0.01, 0.99)
    year = created.astype("datetime64[Y]").astype(int) + 1970 + rng.choice(2, n)
    period = pd.Series(year).astype(str).to_numpy(dtype=object) + _pick(
        rng, PERIODS, n, (0.2, 0.08, 0.6, 0.08, 0.04)
    )
    delivered = rng.poisson(6, n)
    opened = rng.binomial(delivered, np.where(segment == "A", 0.45, 0.22))
    number = pd.Series(np.arange(n)).astype(str).to_numpy(dtype=object)
    frame = pd.DataFrame(
        {
            "Record ID": ids,
            "First Name": "Nombre" + number,
            "Email": "contacto" + number + "@example.org",
            "Phone Number": "+52442" + number,
            "Broadcast Clicks": clicks["broadcast"],
            "LinkedIn Clicks": clicks["linkedin"],
            "Twitter Clicks": clicks["twitter"],
            "Facebook Clicks": clicks["facebook"],
            "Número de sesiones": _growing(rng, counts["sessions"]),
            "Number of Pageviews": _growing(rng, counts["views"]),
            "Number of Form Submissions": _growing(rng, counts["forms"]),
            "Original Source": s["s"],
            "Original Source Drill-Down 1": s["d1"],
            "Original Source Drill-Down 2": s["d2"],
            "Canal de adquisición": s["canal"],
            "Latest Traffic Source": s["latest"],
            "Last Referring Site": s["ref"],
            "Likelihood to close": score.round(4),
            "Fecha de creación": _dates(rng, created),
            "Close Date": _dates(rng, closed_on),
            "Lifecycle Stage": stage,
            "Propiedad del contacto": _pick(rng, ("APREU", "Posgrado", "Prepa"), n, (0.9, 0.06, 0.04)),
            "IP Country": np.where(rng.random(n) < 0.3, "", country),
            "Pais de preparatoria BPM": country,
            "Estado de procedencia": np.where(rng.random(n) < 0.2, "", state),
            "Estado de preparatoria BPM": state,
            "Actividades APREU": activity,
            "Primera conversión": conversion,
            "First Conversion Date": _dates(rng, np.where(conversion == "", np.datetime64("NaT"), created)),
            "Marketing emails delivered": delivered,
            "Marketing emails opened": opened,
            "Marketing emails clicked": rng.binomial(opened, 0.3),
            "Período de ingreso": np.where(rng.random(n) < 0.12, "", period),
        }
    )
    truth = pd.DataFrame(
        {
            "contact_id": ids,
            "segment": segment,
            "platform": platform,
            "tier": tier,
            "channel": channel,
            "chance": chance,
            "created": created.astype("datetime64[s]"),
            "closed_on": closed_on.astype("datetime64[s]"),
        }
    )
    return frame, truth


SAMPLES: dict[str, Callable[[], pd.DataFrame]] = {
    "contacts.csv": lambda: generate(Truth())[0],
    "truth.csv": lambda: generate(Truth())[1],
    "history.csv": lambda: history(*generate(Truth()), AS_OF, seed=2),
    "contacts_null.csv": lambda: generate(Truth(seed=1, segments=False, effects=False))[0],
}
