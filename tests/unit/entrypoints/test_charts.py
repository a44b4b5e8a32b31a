"""Pictures of figures: every value is in them, nothing in them runs, and they read from either side."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

from openteller.entrypoints.http.charts import bars, stacked_bars

SVG = "{http://www.w3.org/2000/svg}"


def test_every_value_of_a_stack_is_told_and_stands_on_the_one_below() -> None:
    picture = fromstring(stacked_bars(["1 Nov"], {"good": ("#0a0", [3]), "bad": ("#a00", [1])}))  # noqa: S314 (ours)
    drawn = picture.findall(f"{SVG}rect")
    assert [bar.findtext(f"{SVG}title") for bar in drawn] == ["1 Nov: good 3", "1 Nov: bad 1"]
    below, above = drawn
    assert float(above.attrib["y"]) + float(above.attrib["height"]) == float(below.attrib["y"])


def test_nothing_runs_and_nothing_comes_from_elsewhere() -> None:
    drawn = stacked_bars(["<script>"], {"a&b": ("#0a0", [1])}) + bars([("<b>", "€1", 1)])
    assert b"<script" not in drawn
    assert b"href" not in drawn
    assert b"url(" not in drawn


def test_a_chart_without_values_can_still_be_drawn() -> None:
    assert stacked_bars([], {"a": ("#0a0", [])}).startswith(b"<svg")
    assert bars([]).startswith(b"<svg")


def test_lying_bars_begin_where_the_reader_begins() -> None:
    rows = [("a", "10", 10), ("b", "5", 5)]
    left, right = (fromstring(bars(rows, right_to_left=rtl)).findall(f"{SVG}rect")[1] for rtl in (False, True))  # noqa: S314
    assert (float(left.attrib["x"]), float(right.attrib["x"])) == (0.0, 240.0)
    assert left.attrib["width"] == right.attrib["width"]
