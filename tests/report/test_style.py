from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from engagement_utils.report import style
from engagement_utils.report.heatmap import text_on

# Machado, Oliveira and Fernandes 2009: full protanopia, deuteranopia, tritanopia, on linear RGB
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}
TO_LMS = np.array(
    [
        [0.41222147, 0.53633254, 0.05144599],
        [0.2119035, 0.6806995, 0.10739696],
        [0.08830246, 0.28171884, 0.6299787],
    ]
)
TO_LAB = np.array(
    [
        [0.21045426, 0.79361779, -0.00407205],
        [1.9779985, -2.4285922, 0.4505937],
        [0.0259040, 0.78277177, -0.80867577],
    ]
)


def linear(color: object) -> np.ndarray:
    c = np.asarray(to_rgb(color))  # type: ignore[arg-type]
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def luminance(color: object) -> float:
    return float(linear(color) @ [0.2126, 0.7152, 0.0722])


def lightness(color: object) -> float:
    return 116 * np.cbrt(luminance(color)) - 16


def contrast(a: object, b: object) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("color", [*style.PALETTE, style.QUIET])
@pytest.mark.parametrize("ground", ["#ffffff", "#16181d"])
def test_marks_hold_three_to_one_on_both_grounds(color: str, ground: str) -> None:
    assert contrast(color, ground) >= 3


def test_text_holds_four_and_a_half_to_one() -> None:
    assert contrast(style.INK, style.GROUND) > 12
    assert contrast(style.MUTED, style.GROUND) >= 4.5


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_palette_is_told_apart(deficiency: str) -> None:
    seen = [
        TO_LAB @ np.cbrt(TO_LMS @ np.clip(np.asarray(DEFICIENCIES[deficiency]) @ linear(c), 0, 1))
        for c in style.PALETTE
    ]
    # OKLab distance; 0.02 is just noticeable
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 0.08


def test_palette_differs_in_grey() -> None:
    greys = [lightness(c) for c in style.PALETTE]
    assert len(style.PALETTE) <= 6
    assert min(abs(a - b) for a, b in combinations(greys, 2)) > 2.5
    assert min(abs(a - b) for a, b in combinations(greys[:3], 2)) > 7


def test_sequential_map_is_even() -> None:
    steps = np.diff([lightness(style.SEQUENTIAL(x)[:3]) for x in np.linspace(0, 1, 21)])
    assert np.all(steps < 0)
    assert steps.std() / abs(steps.mean()) < 0.35


def test_diverging_map_is_symmetric_in_lightness() -> None:
    x = np.linspace(0, 0.5, 11)
    left, right = ([lightness(style.DIVERGING(v)[:3]) for v in side] for side in (x, 1 - x))
    assert np.max(np.abs(np.subtract(left, right))) < 8
    assert left[-1] > 90


def test_text_on_cells_is_readable_and_no_sentinel() -> None:
    for cmap in (style.SEQUENTIAL, style.DIVERGING):
        for x in np.linspace(0, 1, 41):
            color = cmap(x)
            assert contrast(text_on(color), color[:3]) >= 4.5
            assert text_on(color) not in (style.INK, style.GROUND, style.MUTED, style.GRID)


def test_canvas_is_styled_and_not_pyplots() -> None:
    from matplotlib import pyplot as plt

    fig, axes = style.canvas(1, 2, height=2.0)
    assert fig.get_size_inches().tolist() == [7, 2]
    assert len(axes) == 2
    assert not axes[0].spines["left"].get_visible()
    assert plt.get_fignums() == []
