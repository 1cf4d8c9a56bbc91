"""The three segmentations: social (1A, 1B), geography x engagement (2A to 2F), entry channel (3A to 3D)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from engagement_utils.contacts import geography
from engagement_utils.contacts.features import FEATURES, features, scores

NOT_SOCIAL = "not social"
MANY = 100_000  # contacts above which k-means has fewer starts and all threads
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Clustering:
    """A k-means solution on standard-scaled features.

    Attributes:
        labels: cluster of each row, 0 for the one with the highest mean of log engagement plus log clicks.
        scaled: the features, each with mean 0 and standard deviation 1 (0 where it does not vary).
        k: number of clusters.
    """

    labels: Labels
    scaled: pd.DataFrame
    k: int


def scaled_features(social: pd.DataFrame, names: Sequence[str] = FEATURES) -> pd.DataFrame:
    """The published features of the rows, or some of them by `names`, standard-scaled."""
    raw = features(social, names)
    return pd.DataFrame(StandardScaler().fit_transform(raw), columns=list(names), index=social.index)


def cluster(social: pd.DataFrame, scaled: pd.DataFrame, k: int, seed: int) -> Clustering:
    """K-means with ten starts (three above 100,000 rows), clusters in the order of the published rule.

    The published notebook has k = 2: 1A is the cluster with the higher mean of log engagement plus log social
    clicks. For k > 2 the order goes on: 1A, 1B, 1C, ...
    """
    few = len(scaled) < MANY
    with threadpool_limits(1 if few else None):  # threads cost more than they bring on few rows
        found = KMeans(k, n_init=10 if few else 3, random_state=seed).fit_predict(scaled.to_numpy())
    level = scores(social).sum(axis=1).groupby(found).mean()
    rank = {label: i for i, label in enumerate(level.sort_values(ascending=False).index)}
    return Clustering(np.array([rank[c] for c in range(k)])[found] if len(rank) == k else found, scaled, k)


def social_names(k: int) -> list[str]:
    """1A, 1B, ..."""
    return [f"1{chr(ord('A') + i)}" for i in range(k)]


def geo_score(contacts: pd.DataFrame) -> "pd.Series[float]":
    """Published engagement score: sessions + 0.5 page views + 2 forms."""
    return contacts["num_sessions"] + 0.5 * contacts["num_pageviews"] + 2 * contacts["forms_submitted"]


def geo_segments(contacts: pd.DataFrame, high_share: float) -> "pd.Series[str]":
    """2A to 2F: the tier, and whether the score is in the top `high_share` of the contact's own tier.

    High is a score above the tier's quantile at 1 - `high_share`; a contact at the quantile is low. Contacts
    of the unknown tier are "2-unknown".
    """
    score = geo_score(contacts)
    result = pd.Series(geography.NO_SEGMENT, index=contacts.index, dtype=object)
    for tier, (high, low) in geography.SEGMENTS.items():
        inside = (contacts["tier"] == tier).to_numpy()
        if inside.any():
            limit = score[inside].quantile(1 - high_share)
            result[inside] = np.where(score[inside] > limit, high, low)
    return result
