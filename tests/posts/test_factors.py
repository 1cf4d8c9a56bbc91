from collections.abc import Callable

import numpy as np
import pandas as pd

from engagement_utils.posts.factors import NONE, REST, Design
from tests.posts.conftest import settings

Make = Callable[..., pd.DataFrame]
Designs = Callable[..., Design]


def test_design_joins_rare_levels_and_keeps_missing_ones_apart(analysed: Make) -> None:
    posts = analysed(posts=200)
    posts.loc[:2, "format"] = "Poll"
    posts.loc[3:9, "format"] = None
    posts.loc[10:19, "post_length"] = np.nan
    d = Design.of(posts, settings())
    assert d.factors["format"].levels[-2:] == (REST, NONE)
    assert np.bincount(d.factors["format"].codes)[-2:].tolist() == [3, 7]
    assert d.factors["post_length"].columns.shape[1] == 4
    assert np.isfinite(d.columns("format", "post_length")).all()


def test_a_model_has_no_more_columns_than_the_posts_bear(design: Designs) -> None:
    small, large = design(posts=150), design(posts=3000)
    assert small.adjusters(("format",)) == ("domain", "post_length")
    assert large.adjusters(("hour",)) == ("format", "domain", "post_length", "weekday", "week")
