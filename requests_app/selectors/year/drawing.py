"""A simulated year as a picture: the load of each person; hour by hour what came and
what lapsed."""

from collections import Counter
from xml.sax.saxutils import escape

from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.selectors.year.figures import Figures
from requests_app.selectors.year.run import Year

WIDTH, LINE, BAR = 720, 22, 360
MOST = 25  # people


def drawn(figures: Figures, year: Year) -> str:
    """SVG, to be looked at and printed; the command prints the same in words."""
    rows = list(figures.notices.items())[:MOST]
    most = max([number for _name, number in rows] or [1])
    parts = [_text(10, 24, _("Notices and nights woken, a person"), 16)]
    y = 40
    for name, number in rows:
        width = round(BAR * number / most)
        nights = figures.nights.get(name, 0)
        parts += [
            _text(10, y + 15, name, 12),
            _box(220, y + 3, width, LINE - 6, "#1b5e8c"),
            _text(226 + width, y + 15, f"{number} / {nights}", 12),
        ]
        y += LINE
    y += 30
    parts.append(_text(10, y, _("When requests came, and what lapsed, by hour"), 16))
    y += 14
    came = Counter(timezone.localtime(case.arrives).hour for case in year.cases)
    lapsed = Counter(
        timezone.localtime(row.case.arrives).hour for row in figures.lapsed
    )
    highest = max([*came.values(), 1])
    for hour in range(24):
        x, height = 10 + hour * 29, round(90 * came[hour] / highest)
        bad = round(90 * lapsed[hour] / highest)
        parts += [
            _box(x, y + 90 - height, 24, height, "#7fa8c4"),
            _box(x, y + 90 - bad, 24, bad, "#a3231f"),
            _text(x + 4, y + 106, f"{hour:02}", 11),
        ]
    height = y + 120
    title = escape(_("A simulated year"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">'
        f"<title>{title}</title>{''.join(parts)}</svg>\n"
    )


def _text(x: int, y: int, text: str, size: int) -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="sans-serif" font-size="{size}"'
        f' fill="#1a1a1a">{escape(text)}</text>'
    )


def _box(x: int, y: int, width: int, height: int, colour: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}"/>'
