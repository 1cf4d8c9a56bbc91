import pandas as pd

from engagement_utils.posts.report import PostReport
from engagement_utils.posts.sample.generate import Truth, generate
from engagement_utils.posts.windows import DAYS
from engagement_utils.report.exports import downloads_dir
from tests.posts.conftest import named, report_of, written


def test_weekdays_stand_in_calendar_order(stock: PostReport) -> None:
    figure = named(list(stock.weekdays.details))["weekdays"]
    assert figure.alt.startswith("Seven weekdays in calendar order. The day of the week makes no")
    frame = pd.read_csv(downloads_dir() / figure.data)
    assert frame["weekday"].tolist() == list(range(len(DAYS)))
    assert frame["n"].sum() == 150


def test_without_weekdays_a_line_says_why(tmp_path) -> None:
    frame = generate(Truth())
    frame["hour"] = frame.pop("timestamp").dt.hour
    report = report_of(written(frame, tmp_path / "p.csv"), time="numbers")
    (line,) = report.weekdays.details
    assert line.plain == "The view by weekday is left out: the data have no weekday."
    assert report.weekdays.answer[0].plain == "Day of the week: not in these data"
