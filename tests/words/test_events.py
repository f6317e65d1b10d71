"""Whatever goes on record is told in words, wherever it is put there."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.contrib.admin import site
from django.urls import URLPattern

from lockbox_site import web
from lockbox_site.web import SHOWS_NO_ROWS
from requests_app.audit.pages.pages import urls
from requests_app.core.words.events import EVENTS, READS

ROOT = Path(__file__).parents[2]
# Addresses of auditors that show no page of their own, and of files, which are exports.
NO_PAGES = {"audit_find", "audit_report", "audit_population"}
FILES = {"over_all_csv", "sovereignty_csv"}


@cache
def calls() -> list[tuple[str, ast.expr]]:
    """What our code calls, by its last name, and the first argument."""
    return [
        (getattr(node.func, "id", getattr(node.func, "attr", "")), node.args[0])
        for package in ("audit_app", "lockbox_site", "requests_app")
        for module in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Call) and node.args
    ]


def named(call: str) -> set[str]:
    """The first arguments of what is called so, where they are written out."""
    return {
        first.value
        for name, first in calls()
        if name.lstrip("_") == call and isinstance(first, ast.Constant)
    }


def test_every_event_of_the_workflow_has_a_name():
    noted = named("note")
    assert len(noted) > 30
    assert noted <= set(EVENTS)


def test_every_read_refusal_and_export_has_a_name():
    from_addresses = {*web.EVENTS.values(), web.OTHER}
    names = {name for name in named("record") if "." in name}
    names |= named("record_read") | named("record_refusal")
    names |= named("record_refused_name") | from_addresses
    assert len(names) > 30
    assert names <= {*EVENTS, *READS}


def pages() -> Iterator[str]:
    for pattern in urls(site):
        if pattern.name not in NO_PAGES:
            yield str(pattern.name)


def test_every_page_of_auditors_has_a_name():
    shown = list(pages())
    assert len(shown) > 10
    assert {f"{name}.read" for name in shown} <= set(READS)


def test_what_auditors_take_out_has_a_name():
    taken_out = named("Selection")
    assert len(taken_out) == 3
    assert {f"{name}.exported" for name in taken_out} <= set(READS)


def test_every_page_whose_answers_leave_a_line_has_a_name():
    """But of a row, which is called by its kind."""
    of_rows = tuple(
        f"{page.opts.app_label}_{page.opts.model_name}_"
        for page in site._registry.values()
    )
    names = {
        str(pattern.name)
        for pattern in site.get_urls()
        if isinstance(pattern, URLPattern)
    }
    shown = {name for name in names - NO_PAGES if not name.startswith(of_rows)}
    shown -= {*SHOWS_NO_ROWS, *FILES, "None", "app_list"}
    assert {f"{name}.read" for name in shown} - set(READS) == set()
