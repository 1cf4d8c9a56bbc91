"""Generated users, pings and interactions at any scale, whose truth is known.

DuckDB writes them, so that 20 million events need seconds and little memory. All randomness is MD5 of the
seed and the row's number: the same truth gives the same rows with every version of every library.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, lgamma
from pathlib import Path

import duckdb

CATEGORIES = ("beauty", "comedy", "dance", "education", "gaming", "music", "sports", "travel")
HASHTAGS = 12
LAST_DAY = date(2024, 2, 29)
WINDOW_DAYS = 28
DURATIONS = (8, 60)  # seconds, both possible
VIEW_RATE = 0.6
FOLLOW_RATE = 0.2

Shape = tuple[float, float]


@dataclass(frozen=True)
class Truth:
    """What is planted. The defaults plant nothing: every comparison of the report is null.

    An exposure is one impression of a random ping on a random user, followed with fixed chances by a view, an
    action (like, comment or share, a third each) and a follow.

    Attributes:
        exposures: impressions; events are about 1.8 times as many.
        ratio: (a, b) of the Kumaraswamy distribution of a view's watch-time ratio, P(ratio < x) =
            1 - (1 - x^a)^b; (1, 1) is even, (2, 1) leans left.
        new_ratio: the same for new users.
        new_share: share of the users who signed up in the last 7 days of the window.
        pull: 0 makes all pings equally attractive; otherwise the top share q of the pings draws
            q^(1 / (1 + pull)) of the exposures.
        favour: share of the exposures that go to pings of the first category only, on top of its own.
        act, act_slope: an action follows a view with the chance act + act_slope * (ratio - 0.5).
    """

    users: int = 300
    pings: int = 80
    exposures: int = 3000
    ratio: Shape = (1.0, 1.0)
    new_ratio: Shape = (1.0, 1.0)
    new_share: float = 0.2
    pull: float = 0.0
    favour: float = 0.0
    act: float = 0.2
    act_slope: float = 0.0
    seed: int = 0

    @property
    def gini(self) -> float:
        """Gini coefficient of the pings' chances of an exposure, many pings, without `favour`."""
        power = 1 / (1 + self.pull)
        return (1 - power) / (1 + power)

    def top_share(self, q: float) -> float:
        """Share of the exposures that the top share `q` of the pings draws, without `favour`."""
        return q ** (1 / (1 + self.pull))

    @property
    def favoured_lift(self) -> float:
        """How many times the exposures of another ping a ping of the first category draws."""
        k = len(CATEGORIES)
        return 1 + k * self.favour / (1 - self.favour)


def mean_ratio(shape: Shape) -> float:
    """Mean of the Kumaraswamy distribution: b B(1 + 1 / a, b) (Jones 2009, Stat. Methodology 6:70-81)."""
    a, b = shape
    return b * exp(lgamma(1 + 1 / a) + lgamma(b) - lgamma(1 + 1 / a + b))


def _uniforms(number: str, streams: int, seed: int) -> str:
    """SQL columns u1, u2, ...: evenly distributed on (0, 1), two from each MD5 number."""
    columns = []
    for stream in range(0, streams, 2):
        word = f"md5_number_lower(concat_ws(':', {seed}, {stream}, {number}))"
        columns += [f"({word} & 4294967295) AS w{stream + 1}", f"({word} >> 32) AS w{stream + 2}"]
    return ", ".join(columns)


def _u(stream: int) -> str:
    return f"((w{stream} + 0.5) / 4294967296.0)"


def _ratio_sql(shape: Shape) -> str:
    """The inverse of the Kumaraswamy distribution function at u3."""
    a, b = shape
    return f"pow(1 - pow(1 - {_u(3)}, {1 / b!r}::DOUBLE), {1 / a!r}::DOUBLE)"


def write(truth: Truth, folder: Path, *, form: str = "csv") -> dict[str, str]:
    """Write users, pings and interactions below `folder` as "csv" or "parquet"; paths by table name."""
    folder.mkdir(parents=True, exist_ok=True)
    start = LAST_DAY - timedelta(days=WINDOW_DAYS)
    new = round(truth.users * truth.new_share)
    t = truth
    users = f"""
        SELECT 'u' || n AS user_id,
               CASE WHEN n <= {new} THEN DATE '{LAST_DAY}' - CAST(n % 6 AS INTEGER)
                    ELSE DATE '{start}' - CAST(1 + n % 300 AS INTEGER) END AS signup_date
        FROM range(1, {t.users + 1}) r(n)"""
    shortest, longest = DURATIONS
    pings = f"""
        SELECT 'p' || n AS ping_id, 'c' || (n % {max(1, t.pings // 5)}) AS creator_id,
               'tag' || (n % {HASHTAGS}) AS main_hashtag,
               {list(CATEGORIES)!r}[1 + n % {len(CATEGORIES)}] AS category,
               {shortest} + (n * 37) % {longest - shortest + 1} AS duration_sec,
               DATE '{start}' - CAST(1 + n % 30 AS INTEGER) AS created_at
        FROM range({t.pings}) r(n)"""
    first = -(-t.pings // len(CATEGORIES))  # pings of the first category
    exposures = f"""
        SELECT n, 1 + CAST(floor({_u(1)} * {t.users}) AS BIGINT) AS user_no,
               CASE WHEN {_u(7)} < {t.favour!r}
                    THEN {len(CATEGORIES)} * CAST(floor({_u(2)} * {first}) AS BIGINT)
                    ELSE CAST(floor({t.pings} * pow({_u(2)}, {1 + t.pull!r}::DOUBLE)) AS BIGINT)
                    END AS ping_no,
               CASE WHEN user_no <= {new} THEN {_ratio_sql(t.new_ratio)}
                    ELSE {_ratio_sql(t.ratio)} END AS ratio,
               {_u(4)} < {VIEW_RATE} AS viewed,
               viewed AND {_u(5)} < {t.act!r} + {t.act_slope!r} * (ratio - 0.5) AS acted,
               CAST(floor({_u(6)} * 3) AS INTEGER) AS kind,
               acted AND {_u(8)} < {FOLLOW_RATE} AS followed,
               -- new users act on the last day, when all of them have signed up
               TIMESTAMP '{LAST_DAY}' + to_seconds(CASE WHEN user_no <= {new} THEN n * 7919 % 86000
                   ELSE n * 7919 % 86000 - 86400 * (n % {WINDOW_DAYS}) END) AS moment
        FROM (SELECT n, {_uniforms("n", 8, t.seed)} FROM range({t.exposures}) r(n))"""
    interactions = f"""
        SELECT 'u' || user_no AS user_id, 'p' || ping_no AS ping_id, event.kind AS event_type,
               CASE WHEN event.kind = 'view' THEN
                   round(ratio * ({shortest} + (ping_no * 37) % {longest - shortest + 1}), 3) ELSE 0 END
                   AS watch_time_sec,
               moment + to_seconds(event.delay) AS event_timestamp
        FROM (SELECT *, unnest(list_filter([
                  {{'kind': 'impression', 'delay': 0, 'there': true}},
                  {{'kind': 'view', 'delay': 1, 'there': viewed}},
                  {{'kind': ['like', 'comment', 'share'][1 + kind], 'delay': 30, 'there': acted}},
                  {{'kind': 'follow_creator', 'delay': 60, 'there': followed}}], lambda e: e.there)) AS event
              FROM ({exposures}))"""
    paths = {}
    with duckdb.connect() as connection:
        for name, query in {"users": users, "pings": pings, "interactions": interactions}.items():
            path = folder / f"{name}.{form}"
            options = "FORMAT parquet" if form == "parquet" else "FORMAT csv, HEADER"
            target = str(path).replace("'", "''")
            connection.execute(f"COPY ({query}) TO '{target}' ({options})")
            paths[name] = str(path)
    return paths
