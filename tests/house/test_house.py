"""The rules of the house that a machine can hold."""

import ast
import re
import subprocess

import pytest

from tests.house.files import (
    APPS,
    FIELD_REFERENCES,
    MIGRATIONS,
    OURS,
    ROOT,
    STEPS,
    TEMPLATES,
    TESTS,
)
from tests.house.for_each import for_each

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def test_the_top_level_holds_only_what_was_agreed():
    allowed = {
        "lockbox_site", "requests_app", "audit_app", "templates", "tests", "docs",
        "manage.py", "requirements.txt", "requirements-local.txt", "requirements-dev.txt",
        "README.md",
        "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "SECURITY.md", "pyproject.toml", "Makefile", ".ci", ".gitignore",
    }  # fmt: skip
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    if not listed:
        pytest.skip("not a checkout")
    assert {line.split("/")[0] for line in listed.splitlines()} <= allowed


# Rows without history, added by the hundred: a reckoning beside the cases.
RECKONINGS = "ReplayedCase.objects.bulk_create("
# The calendar, which a release writes.
CALENDAR = "calendar.bulk_create("
# New rows with their history beside them, in audit_app/history.py.
WITH_HISTORY = "model._base_manager.bulk_create("


@for_each(OURS)
def test_nothing_writes_past_history(path):
    text = path.read_text().replace(RECKONINGS, "").replace(CALENDAR, "")
    if str(path.relative_to(ROOT)) == "audit_app/history.py":
        text = text.replace(WITH_HISTORY, "")
    past = re.compile(
        r"(objects|all\(\)|_set|(filter|exclude)\([^)]*\))\.update\("
        r"|bulk_update\(|bulk_create\(|_raw_delete\("
    )
    assert not past.search(text)


# Of what a provider says, and of the public name of what we answer.
DEADLINES = (
    "cases/intake/models/request.py",
    "providers/",
    "api/",
)


def test_one_place_reads_the_deadline_of_a_request():
    raw = re.compile(
        r"(\w+)\.answer_deadline|answer_deadline(__\w+)?=|__answer_deadline"
    )
    places = {
        str(path.relative_to(ROOT / "requests_app"))
        for path in [*OURS, *TEMPLATES]
        if raw.search(path.read_text()) and "requests_app" in path.parts
    }
    assert not {place for place in places if not place.startswith(DEADLINES)}
    templates = [path for path in TEMPLATES if raw.search(path.read_text())]
    assert not templates


@for_each(OURS)
def test_only_a_step_writes_a_status(path):
    if path in STEPS or path.stem == "models" or path.parent.name == "models":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute):
                    assert target.attr not in ("status", "outcome"), ast.unparse(node)


@for_each(MIGRATIONS)
def test_no_migration_leans_on_code_of_ours(path):
    """What it does stands in it, so that an edit elsewhere leaves the past alone."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            assert not node.level and module.split(".")[0] not in APPS, module
        elif isinstance(node, ast.Import):
            modules = {alias.name for alias in node.names}
            ours = {module for module in modules if module.split(".")[0] in APPS}
            assert ours <= FIELD_REFERENCES.keys()
        elif isinstance(node, ast.Attribute):
            module = ast.unparse(node.value)
            reference = FIELD_REFERENCES.get(module)
            assert reference in (None, ast.unparse(node))


TEXTS = "from __future__ import annotations"


@for_each(OURS)
def test_what_an_array_holds_is_not_asked_while_python_3_11_runs(path):
    """README says 3.11, and there an array has no [int]: annotations stay text."""
    tree = ast.parse(path.read_text())
    asks = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "array"
    ]
    future = [node for node in tree.body if ast.unparse(node) == TEXTS]
    assert future or not asks, [ast.unparse(node) for node in asks]


@for_each(OURS)
def test_functions_and_modules_say_what_they_are(path):
    text = path.read_text()
    tree = ast.parse(text)
    plain = path.name in ("__init__.py", "apps.py", "urls.py", "wsgi.py")
    if not plain and "admin" not in path.parts:
        assert ast.get_docstring(tree), "a module says what lives in it"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno
            assert length <= 55, f"{node.name} is {length} lines"


@for_each(TEMPLATES)
def test_templates_hold_no_inline_style_or_script(path):
    text = path.read_text()
    assert not re.search(r"\sstyle=|<script(?![^>]*src=)|<style|\son\w+=", text)


def test_lock_files_name_no_place_to_fetch_from():
    """They hold versions and digests; where to fetch is each machine's own affair."""
    for name in (
        "requirements.txt",
        "requirements-local.txt",
        "requirements-dev.txt",
        "tests/package-lock.json",
    ):
        text = (ROOT / name).read_text()
        assert "index-url" not in text and '"resolved"' not in text, name
        assert "sha256:" in text or '"integrity": "sha512-' in text, name


def test_nothing_of_one_machine_stands_in_the_tree():
    for path in [*OURS, *TEMPLATES, ROOT / "Makefile", ROOT / "pyproject.toml"]:
        assert not re.search(r"/work/|/root/|/home/\w", path.read_text()), path


@for_each(TEMPLATES)
def test_texts_of_templates_are_translatable(path):
    """No run of English words outside a tag: what people read goes through gettext."""
    if path.name == "500.html":
        return  # shown when nothing works any more, so written out
    if path.parent.name == "document":
        return  # documents are in Swedish, whoever draws them up
    text = re.sub(
        r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}|{%.*?%}|{{.*?}}|{#.*?#}"
        r"|<[^>]*>",
        " ",
        path.read_text(),
        flags=re.S,
    )
    assert not re.findall(r"\b(?!Lockbox\b|Fel\b)[A-Za-z]{4,} [a-z]{2,}", text)


def test_texts_are_marked_by_a_name_that_makemessages_knows():
    """Under another name they are never found, and stay in English."""
    marked = re.compile(r"\bn?p?gettext\w* as (?!_\b)\w+")
    assert not [path for path in OURS if marked.search(path.read_text())]


def run_on_import(tree: ast.AST):
    """The calls outside the bodies of functions."""
    if isinstance(tree, ast.Call):
        yield tree
    for field, value in ast.iter_fields(tree):
        if not (isinstance(tree, FUNCTIONS) and field == "body"):
            for node in value if isinstance(value, list) else [value]:
                if isinstance(node, ast.AST):
                    yield from run_on_import(node)


@for_each([*OURS, *TESTS])
def test_the_clock_is_not_read_when_a_module_is_imported(path):
    """A server lives for weeks; a run of the tests imports each an hour before the last
    of them."""
    for call in run_on_import(ast.parse(path.read_text())):
        read = re.search(
            r"\b(now|today|local\w+|time\.\w*time)\(\w*\)$", ast.unparse(call)
        )
        assert not read, ast.unparse(call)


@for_each([*OURS, *TESTS])
def test_a_day_and_a_year_are_of_where_the_authority_is(path):
    """Moments are in UTC: of a night's first hour the day, and once the year, is the
    one before. A text that says so (`Z`) or is a clock's (`T`) may be."""
    text = path.read_text()
    moment, more = r"(?:_at|\bnow\(\))", r"(?: [-+] [^\n]*)?\)*"
    in_utc = re.search(rf"{moment}\.(?:year|date\(\))", text)
    assert not in_utc, in_utc
    taken = r"\.(?:year|date\(\)|strftime\((?!.*T))|:%[YymdB](?!%|.*[TZ])"
    for line in text.splitlines():
        if not re.search("localtime|localdate|astimezone", line):
            assert not re.search(f"{moment}{more}(?:{taken})", line), line


@for_each([path for path in TESTS if path.name != "conftest.py"])
def test_a_text_is_waited_for_as_often_as_it_stands(path):
    """A message stands on its page and, for ten seconds, where it is spoken: whoever asks
    for the one place of it is right or wrong by the speed of the machine."""
    assert not re.search(r"page\.get_by_(text|role\(\"status)\b", path.read_text())
