"""Secrets and personal numbers are typed into every field that there is, and looked for
in the whole database, in the log and in the files of the installation."""

import io
import logging
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.forms import BaseForm
from django.test import Client

from lockbox_site.configuration import JsonLines
from lockbox_site.postgres.cluster import state_folder
from requests_app.api.calls import api as register_api
from requests_app.api.sandbox import api as sandbox_api
from requests_app.api.site import api
from requests_app.cases.access import clients
from requests_app.disclosure import data_subjects
from requests_app.organisation.steps import make_link
from tests.cast import Cast
from tests.helpers.caller import Caller
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.saved_audits import draw
from tests.helpers.web import signed_in
from tests.seeded.machines import NOT_RUN, Machine
from tests.seeded.pages import Crawl
from tests.seeded.seeds import Box, Seeds
from tests.seeded.stores import Finds, kept
from tests.seeded.typing_in import Typist
from tests.workbench.states import fill

pytestmark = pytest.mark.long

# What is told of a search is told word for word, but for personal numbers.
OF_SEARCHES = {f"ledger line: {kind}.body" for kind in ("read", "refusal", "export")}
# And so is the basis on which somebody read.
OF_READS = "ledger line: read.body"
# What was opened within the hour, until it is told again as a line.
OF_SEARCHES.add("audit_app_foldedline.detail")
# Where words about a matter belong, beside rows that have history, or are only added and
# told by their lines: what a line tells of such a row or its step, long texts, what is
# half typed, and what a machine calls its own call, kept for three days.
OF_TEXTS = {
    "ledger line: change.body",
    "ledger line: event.body",
    "requests_app_content.body",
    "requests_app_content.name",
    "requests_app_draft.fields",
    "requests_app_idempotencykey.key",
    "requests_app_idempotencykey.body",
    "requests_app_arrival.external_id",
}
MADE_ANEW_EACH_TIME = "AskingForm"
# Rows of registers are typed as files.
FILES = "requests_app.registers.tables"
# Forms that the cases of this world do not come to, and where they are filled in.
NOT_REACHED = {
    "AnswerForm": "of cases that have come to their date: workflow/test_disposal",
    "ItemsForm": "the one above is of its kind",
    "RetainForm": "of cases that have come to their date: workflow/test_disposal",
    "DisposalReceiptForm": "of what was sent to the archive: workflow/test_disposal",
    "JudgeForm": "a page of a document, of marks alone: browser/test_hand_outs",
    "TakenForm": "of a package of provisions: admin/test_packages",
}
ONLY_ADDED = """
select tgrelid::regclass::text from pg_trigger
where tgname in ('audit_ledger', 'audit_append_only')
group by tgrelid having count(*) = 2
"""


class Typed(NamedTuple):
    seeds: Seeds
    crawl: Crawl
    typist: Typist
    commands: set[str]
    finds: Finds
    log: str


@pytest.fixture(scope="module")
def typed(once) -> Typed:
    cast = Cast()
    fill(cast)
    draw(cast, size=2)
    asked_by_a_data_subject(cast)
    known = asked_by_a_data_subject(cast)
    data_subjects.identify(known, by=cast.lena, identity="document")
    asked_by_a_data_subject(cast, kind="rectification")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    link = make_link(cast.karin, by=cast.sam)  # ends the sessions that they had
    people = get_user_model().objects.filter(is_machine=False, is_active=True)
    crawl = Crawl(list(people), [link])
    crawl.run()
    seeds = Seeds()
    typist = Typist(seeds, crawl.people)
    machine = Machine(seeds, typist.look_at)
    _call(cast, machine)
    for found in crawl.forms:
        typist.fill(found)
    typist.bring_in(cast.sam)
    commands = machine.run_commands()
    logging.getLogger().removeHandler(handler)
    print(f"{len(seeds.fields)} fields of {len(crawl.forms)} forms and of calls")
    return Typed(seeds, crawl, typist, commands, kept(seeds), stream.getvalue())


def _call(cast: Cast, machine: Machine) -> None:
    made = clients.make_client(cast.contract, by=cast.sam, name="Seeded")
    machine.call(api, Caller(made).token)
    for each in (api, sandbox_api, register_api):
        machine.call(each)
    machine.ask_for_tokens()
    machine.come_to_every_address(Client(), Box.NAME)
    machine.come_to_every_address(signed_in(cast.agnes), Box.SOUGHT)


def stray(finds: Finds) -> Counter[str]:
    """What stands where it does not belong, by place and field."""
    of_rows = {*_tables_with_history(), *_tables_only_added()}
    found: Counter[str] = Counter()
    for place, seeds in finds.items():
        is_kept = place in OF_TEXTS or place.partition(".")[0] in of_rows
        for field, is_number in seeds:
            is_told = not is_number and (
                (field.box is Box.SOUGHT and place in OF_SEARCHES)
                or (field.name == "basis" and place == OF_READS)
            )
            belongs = (field.box is Box.TEXT and is_kept) or is_told
            if not belongs:
                what = "number" if is_number else "text"
                found[f"{what} of {field.place}: {field.name} in {place}"] += 1
    return found


def _tables_with_history() -> Any:
    for model in apps.get_models():
        if hasattr(model, "history"):
            yield model._meta.db_table
            yield model.history.model._meta.db_table


def _tables_only_added() -> list[str]:
    """Each change of which a line tells: by the triggers of the database."""
    with connection.cursor() as cursor:
        cursor.execute(ONLY_ADDED)
        return [table for (table,) in cursor.fetchall()]


def test_nothing_is_kept_where_it_does_not_belong(typed):
    assert len(typed.seeds.fields) > 3000
    assert stray(typed.finds) == Counter()


def test_what_belongs_somewhere_is_found_there(typed):
    """Else the search above would find nothing at all."""
    assert {"requests_app_content.body", "requests_app_draft.fields"} <= set(
        typed.finds
    )
    assert OF_SEARCHES & set(typed.finds)
    assert len(typed.finds) > 40


def test_nothing_of_it_stands_in_the_log(typed):
    assert typed.log.count("\n") > 100
    met = typed.seeds.met_in(typed.log)
    assert not [field for field, is_number in met if is_number]
    assert not [field for field, _is in met if field.box is Box.SECRET]


def test_no_secret_is_shown_again_and_nothing_breaks(typed):
    assert typed.typist.echoes == set()
    assert typed.typist.faults == set()


def test_no_file_of_the_installation_has_it(typed):
    """The database's own files hold what the database does."""
    for path in state_folder().rglob("*"):
        if path.is_file() and not {"base", "pg_wal"} & {*path.parts}:
            assert not typed.seeds.met_in(path.read_text(errors="replace")), path
    assert not list(Path.cwd().glob("qz0*"))


def test_every_form_was_typed_in(typed):
    missed = {
        kind.__name__
        for kind in _forms(BaseForm)
        if getattr(kind, "base_fields", None)
        and kind.__module__.startswith(("lockbox_site", "requests_app"))
        and not kind.__module__.startswith(FILES)
        and kind.__name__ != MADE_ANEW_EACH_TIME
        and not any(issubclass(met, kind) for met in typed.crawl.met)
    }
    assert missed == NOT_REACHED.keys()


def test_every_command_was_run_or_says_why_not(typed):
    assert typed.commands > NOT_RUN.keys()


def _forms(kind: type) -> Any:
    for below in kind.__subclasses__():
        yield below
        yield from _forms(below)
