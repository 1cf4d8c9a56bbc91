from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from engagement_utils.posts.factors import Design
from engagement_utils.posts.resonance import resonance
from tests.posts.conftest import settings

Make = Callable[..., pd.DataFrame]
Designs = Callable[..., Design]


def test_resonance_is_the_unseen_residual(analysed: Make, design: Designs) -> None:
    d = design(posts=2000)
    found = resonance(d)
    np.testing.assert_allclose(found.expected + found.excess, d.score)
    truth = 10**2 * 0.24 + 8**2 * 0.24 + (550 / 100) ** 2 / 12
    assert found.explained.value == pytest.approx(truth / (truth + 225), abs=0.05)
    assert abs(found.shares["hour"].value) < 0.005
    assert found.shares["format"].value == pytest.approx(24 / (truth + 225), abs=0.04)
    posts = analysed(posts=2000)
    posts.loc[7, "score"] += 500
    again = resonance(Design.of(posts, settings()))
    assert int(again.excess.argmax()) == 7
    assert again.expected[7] == pytest.approx(found.expected[7], abs=1e-6)  # it has not seen its own score


def test_resonance_of_noise_expects_the_mean(design: Designs) -> None:
    d = design(posts=500, format_effect=0.0, domain_effect=0.0, word_effect=0.0)
    found = resonance(d)
    assert found.expected.std() < 0.2 * d.score.std()
    assert found.explained.low is not None
    assert found.explained.low < 0
