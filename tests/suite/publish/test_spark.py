import re

import pytest

from engagement_utils.suite.publish.spark import Axis, interval, spark


@pytest.mark.parametrize("points", [(), (1.0,)])
def test_no_plot_without_two_points(points):
    assert spark(points) == ""


def places(svg: str) -> list[tuple[float, float]]:
    line = re.search(r'points="([^"]*)"', svg)
    assert line is not None
    return [tuple(map(float, place.split(","))) for place in line[1].split()]


def test_a_line_rises_from_the_lowest_point_to_the_highest():
    svg = spark((1.0, 3.0, 2.0))
    (x0, low), (_, high), (x2, middle) = places(svg)
    assert x0 < x2
    assert high < middle < low  # SVG counts from the top
    assert middle == pytest.approx((low + high) / 2)
    assert "From 1 to 2 over 3 points, lowest 1, highest 3" in svg


def test_a_shared_span_and_a_flat_line():
    (_, alone), (_, _) = places(spark((1.0, 3.0)))
    (_, shared), (_, _) = places(spark((1.0, 3.0), span=(0.0, 4.0)))
    assert shared < alone  # the lowest point is no longer at the bottom
    (_, one), (_, other) = places(spark((2.0, 2.0)))
    assert one == other == 12.0


def test_an_axis_holds_all_estimates_and_leaves_out_the_widest_intervals():
    shown = [(float(i), (i - 1.0, i + 1.0)) for i in range(20)] + [(5.0, (-900.0, 900.0)), (50.0, None)]
    axis = Axis.of(shown)
    assert (axis.low, axis.high) == (-1.0, 50.0)
    assert axis.place(-900.0) == axis.place(axis.low) < axis.place(5.0) < axis.place(axis.high)
    assert Axis(2.0, 2.0).place(2.0) == 66.0


def test_an_interval_shows_zero_its_open_ends_and_its_verdict():
    plot = interval(1.0, (-5.0, 2.0), Axis(-1.0, 3.0), "%", "supported")
    assert 'class="zero"' in plot
    assert plot.count('class="range"') == 2  # the line, and the point where it leaves the axis
    assert 'class="point"' in plot
    assert "1 %, interval -5 to 2 %, supported" in plot
    other = interval(1.0, None, Axis(0.5, 3.0), "", "too little data")
    assert "zero" not in other
    assert "range" not in other
    assert 'class="point open"' in other
