"""The braille curve: drawn to the size asked for, with the same story told in words."""

from copydesk.serve.cli import plot

DAY = 86_400_000
POINTS = [(0, 1_000_000_000), (DAY, 1_018_160_000), (2 * DAY, 989_400_000)]


def test_a_curve_fits_its_width() -> None:
    lines = plot.curve(POINTS, 80)
    assert len(lines) == plot.ROWS + 1
    assert max(len(line) for line in lines) <= 80


def test_the_edges_say_how_much_and_when() -> None:
    lines = plot.curve(POINTS, 80)
    assert lines[0].startswith("$1,018.16 ┤")
    assert lines[-2].startswith("  $989.40 ┤")
    assert "1970-01-01 00:00" in lines[-1]
    assert lines[-1].endswith("1970-01-03 00:00 UTC")


def test_a_rise_is_drawn_from_the_bottom_to_the_top() -> None:
    lines = plot.curve([(0, 0), (DAY, 1_000_000)], 60)
    assert lines[0].endswith("⢸")
    assert lines[plot.ROWS - 1].endswith("⣸")


def test_a_flat_curve_has_one_label() -> None:
    lines = plot.curve([(0, 5_000_000), (DAY, 5_000_000)], 60)
    assert sum("$5.00" in line for line in lines) == 1


def test_one_point_is_no_curve() -> None:
    assert plot.curve([(0, 1)], 80) == []
    assert plot.told([]) == "no curve: no money moved"


def test_the_curve_is_told_in_words() -> None:
    assert plot.told(POINTS) == "from $1,000.00 to $989.40, lowest $989.40, highest $1,018.16"
