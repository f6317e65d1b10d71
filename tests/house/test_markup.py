"""Markup is laid out so that a change is one line of a diff."""

import re
import subprocess
import sys
from pathlib import Path

from tests.house.for_each import for_each

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
STYLES = sorted(
    path
    for folder in ("lockbox_site/static", "requests_app")
    for path in (ROOT / folder).rglob("*.css")
)
WIDEST = 120
BLOCKS = (
    "address|article|aside|blockquote|body|dd|details|div|dl|dt|fieldset|footer|form"
    "|h[1-6]|head|header|html|legend|li|link|main|meta|nav|ol|option|p|pre|section"
    "|select|summary|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|ul"
)


def names(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


def lines(path):
    return enumerate(path.read_text().splitlines(), start=1)


def test_templates_are_as_djade_lays_them_out():
    djade = Path(sys.executable).with_name("djade")
    checked = subprocess.run(
        [djade, "--check", *TEMPLATES], cwd=ROOT, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@for_each([*TEMPLATES, *STYLES])
def test_no_line_of_markup_is_wider_than_a_screen_beside_its_diff(path):
    assert not [number for number, line in lines(path) if len(line) > WIDEST]


@for_each(TEMPLATES)
def test_a_line_of_a_template_begins_one_block_element_at_most(path):
    begins = re.compile(rf"<(?:{BLOCKS})\b")
    for number, line in lines(path):
        # Texts of documents keep their line breaks, and would show these too.
        if 'class="prose">{%' not in line:
            assert len(begins.findall(line)) <= 1, f"{number}: {line}"


@for_each(STYLES)
def test_a_line_of_a_style_holds_one_declaration_or_opens_or_closes_one_rule(path):
    text = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", path.read_text(), flags=re.DOTALL)
    for number, line in enumerate(text.splitlines(), start=1):
        assert len(re.findall(r"[{};]", line)) <= 1, f"{number}: {line}"
        assert re.search(r"[{};,(]$|^$|^[^:]*$", line), f"{number}: {line}"


@for_each([path for path in STYLES if path.parent.name == "lockbox"])
def test_a_colour_has_a_name_so_that_the_dark_can_have_another(path):
    if path.name != "print.css":  # paper is white
        colours = re.compile(r"^\s+(?!--)[a-z-]+:.*(?:#[0-9a-f]{3,8}\b|rgb|\bwhite\b)")
        assert not [line for _, line in lines(path) if colours.search(line)]


def test_each_template_is_named_and_each_name_is_a_template():
    apps = [ROOT / name for name in ("requests_app", "lockbox_site")]
    sources = [*TEMPLATES, *(path for app in apps for path in app.rglob("*.py"))]
    named = {
        name
        for path in sources
        for name in re.findall(r'"(lockbox/[\w/]+\.html)"', path.read_text())
    }
    ours = [path for path in TEMPLATES if path.is_relative_to(FOLDER / "lockbox")]
    assert named == {str(path.relative_to(FOLDER)) for path in ours}
