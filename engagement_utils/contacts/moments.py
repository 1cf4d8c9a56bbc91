"""Dates as exports write them: epoch milliseconds, ISO text, day-first numbers, month names."""

import ibis
import ibis.expr.types as ir
import pandas as pd

MONTHS = {
    1: "enero|ene|january|jan",
    2: "febrero|feb|february",
    3: "marzo|mar|march",
    4: "abril|abr|april|apr",
    5: "mayo|may",
    6: "junio|jun|june",
    7: "julio|jul|july",
    8: "agosto|ago|august|aug",
    9: "septiembre|setiembre|sept|sep|september",
    10: "octubre|oct|october",
    11: "noviembre|nov|november",
    12: "diciembre|dic|december|dec",
}
_MONTHS = [(word, f"{k:02d}") for k, words in MONTHS.items() for word in words.split("|")]
# 9 to 13 digits: seconds or milliseconds from 1973 to 2286
_EPOCH, _EPOCH_S = r"^([0-9]{9,10}|[0-9]{12,13})$", r"^[0-9]{9,10}$"
# years outside 1900 to 2199 are typing errors
_YEAR = "(19[0-9]{2}|2[01][0-9]{2})"
_ISO = rf"^{_YEAR}[-/]([0-9]{{1,2}})[-/]([0-9]{{1,2}})([t ].*)?$"
_LOCAL = rf"^([0-9]{{1,2}})[-/.]([0-9]{{1,2}})[-/.]{_YEAR}([t, ].*)?$"
_FIRST_ABOVE_12, _SECOND_ABOVE_12 = r"^(1[3-9]|[23][0-9])[-/.]", r"^[0-9]{1,2}[-/.](1[3-9]|[23][0-9])[-/.]"
_NAMED = rf"^([0-9]{{1,2}})[ -](?:de )?([a-z]+)\.?[ -](?:de |del )?{_YEAR}([t, ].*)?$"
# a day that the calendar has, in a year of _YEAR: some engines cannot try a date, and fail on any other
_LEAP = "(((19|2[01])(0[48]|[2468][048]|[13579][26])|2000)-02-29)"
_DAY = (
    "^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|[0-9]{4}-(0[13-9]|1[0-2])-(29|30)"
    f"|[0-9]{{4}}-(0[13578]|1[02])-31|{_LEAP})$"
)
_NUMBER = r"^[0-9][0-9,]*(\.[0-9]+)?$"


def to_date(t: ir.StringValue, *, day_first: bool = True) -> ir.DateValue:
    """The day that a text names, in UTC; null where it names none (31/02, "pending", a year out of bounds).

    Args:
        t: one value, not a history, as `words.plain` gives it; a column of a table, not an expression, since
            it stands many times in the result.
        day_first: 03/04/2024 is the third of April; else the fourth of March. A number above 12 settles it.
    """
    first, second = t.re_extract(_LOCAL, 1), t.re_extract(_LOCAL, 2)
    day, month = (first, second) if day_first else (second, first)
    must_swap = t.re_search(_SECOND_ABOVE_12 if day_first else _FIRST_ABOVE_12)
    parts = t.re_search(_LOCAL).ifelse(
        _iso(t.re_extract(_LOCAL, 3), must_swap.ifelse(day, month), must_swap.ifelse(month, day)),
        _iso(
            t.re_extract(_NAMED, 3),
            t.re_extract(_NAMED, 2).cases(*_MONTHS, else_=""),
            t.re_extract(_NAMED, 1),
        ),
    )
    iso = _iso(*(t.re_extract(_ISO, i) for i in (1, 2, 3)))
    # whole days since 1970, so that no engine's time zone comes in
    milliseconds = t.re_search(_EPOCH_S).ifelse(t + "000", t).try_cast("float64")
    epoch = ibis.date("1970-01-01") + (milliseconds / 86_400_000).floor().cast("int64").as_interval("D")
    written = t.re_search(_ISO).ifelse(iso, parts).re_extract(_DAY, 1).nullif("").cast("date")
    return t.re_search(_EPOCH).ifelse(epoch, written)


def _iso(year: ir.StringValue, month: ir.StringValue, day: ir.StringValue) -> ir.StringValue:
    return year + "-" + month.lpad(2, "0") + "-" + day.lpad(2, "0")


def to_number(text: ir.StringValue) -> ir.FloatingValue:
    """A count of at least 0; null where the text is none. Thousands may be apart by commas ("1,234")."""
    return text.re_search(_NUMBER).ifelse(text.replace(",", ""), None).try_cast("float64")


def days_between(later: "pd.Series[pd.Timestamp]", earlier: "pd.Series[pd.Timestamp]") -> "pd.Series[float]":
    """Whole days from `earlier` to `later`; nan where either is missing."""
    return (later - earlier).dt.days.astype("float64")
