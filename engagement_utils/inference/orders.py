"""The random orders of permutation tests, which tests of as many units and one seed share."""

from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["independent", "pairings"]

HELD = 2_000_000  # places that `generator` holds between tests: 8 MB


@lru_cache(maxsize=4)
def orders(size: int, resamples: int, seed: int, kind: Kind = "pairings") -> NDArray[np.int32]:
    """Random orders of `size` units, one a row: (resamples, size), kept for the next test that asks for them.

    They are what `scipy.stats.permutation_test` of this kind draws from `default_rng(seed)`, and for
    "pairings" what `default_rng(seed).permuted` makes of rows of any other type.
    """
    rng = np.random.default_rng(seed)
    if kind == "pairings":
        places = np.tile(np.arange(size, dtype=np.int32), (resamples, 1))
        return rng.permuted(places, axis=1, out=places)
    return np.array([rng.permutation(size) for _ in range(resamples)], dtype=np.int32)


class _Dealer(np.random.Generator):
    """Deals orders that are there already, in place of drawing them; an exact test asks for none."""

    def __init__(self, size: int, resamples: int, seed: int, kind: Kind) -> None:
        super().__init__(np.random.PCG64(seed))
        self._of = size, resamples, seed, kind

    @cached_property
    def _rows(self) -> Iterator[NDArray[np.int32]]:
        return iter(orders(*self._of))

    def permutation(self, x: Any, axis: int = 0) -> Any:
        """One order, for "independent"."""
        return next(self._rows)

    def permuted(self, x: Any, *, axis: int | None = None, out: Any = None) -> Any:
        """As many orders as `x` (orders, 1, size) has, for "pairings"; the last time those that are left."""
        return np.array(list(islice(self._rows, len(x))))[:, None, :]


def generator(size: int, resamples: int, seed: int, kind: Kind) -> np.random.Generator:
    """For one `permutation_test` of `size` units: draws as `default_rng(seed)` does, and repeats no work."""
    if size * resamples > HELD:
        return np.random.default_rng(seed)
    return _Dealer(size, resamples, seed, kind)
