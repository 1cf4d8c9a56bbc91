"""Defects that a reader would see: texts that overlap, read as one, or are cut off."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from engagement_utils.report import style
from engagement_utils.report.layout import LayoutError, check_layout


def drawn() -> Figure:
    fig, ax = style.canvas(height=2)
    ax.plot([0, 1, 2], [3.0, 1.0, 2.0])
    ax.set(xlabel="week", ylabel="score")
    return fig


def test_crowded_tick_labels_are_refused() -> None:
    fig, ax = style.canvas(height=2)
    ax.bar(range(12), range(12))
    ax.set_xticks(range(12), [f"a long category {i}" for i in range(12)])
    with pytest.raises(LayoutError, match="overlap: 'a long category 0' and 'a long category 1'"):
        check_layout(fig)


def test_clipped_text_is_refused() -> None:
    fig = drawn()
    fig.text(0.97, 0.5, "over the edge")
    with pytest.raises(LayoutError, match="clipped: 'over the edge'"):
        check_layout(fig)
    fig, ax = style.canvas(height=2)
    ax.plot([0, 1])
    ax.text(0.98, 0.5, "past the axes", clip_on=True)
    with pytest.raises(LayoutError, match="clipped: 'past the axes'"):
        check_layout(fig)


def test_what_is_not_drawn_does_not_count() -> None:
    fig = drawn()
    ax = fig.axes[0]
    ax.text(1, 2, "here")
    ax.text(1, 2, "hidden", visible=False)
    ax.set_xticks([0, 1, *np.linspace(8, 9, 40)], labels=["a", "b", *["beyond"] * 40])
    ax.set_xlim(0, 2)
    ax.set_yticks([1, 1.001])
    ax.yaxis.set_visible(False)
    check_layout(fig)


@pytest.mark.parametrize(("gap", "reads_as_one"), [(-4.0, True), (1.0, True), (3.5, False)])
def test_two_texts_of_a_line_need_a_gap(gap: float, reads_as_one: bool) -> None:
    """Pixels between the end of one text and the start of the next."""
    fig = Figure(figsize=(7, 2))
    first = fig.text(0.1, 0.5, "one label")
    fig.draw_without_rendering()
    end = first.get_window_extent().x1
    fig.text((end + gap) / fig.bbox.width, 0.5, "and another")
    if reads_as_one:
        with pytest.raises(LayoutError, match="overlap: 'one label' and 'and another'"):
            check_layout(fig)
    else:
        check_layout(fig)


def test_lines_may_touch() -> None:
    fig = Figure(figsize=(7, 2))
    first = fig.text(0.1, 0.5, "one label", va="bottom")
    fig.draw_without_rendering()
    fig.text(0.1, first.get_window_extent().y0 / fig.bbox.height, "below it", va="top")
    check_layout(fig)


def test_many_problems_are_cut_short() -> None:
    fig = Figure(figsize=(7, 2))
    for i in range(6):
        fig.text(0.1, 0.5, f"label {i}")
    with pytest.raises(LayoutError, match="and 7 more"):
        check_layout(fig)
