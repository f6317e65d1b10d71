"""Anybody follows the ledger from outside, without signing in, by the program that is
handed out on the same page."""

import base64
import hashlib
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from audit_app.models import Checkpoint
from audit_app.sealing import sealer
from audit_app.verifying import proofs
from tests.cast import Cast
from tests.helpers.ledgers import configure, nobody
from tests.helpers.web import words

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = reverse("public_ledger")


@pytest.fixture
def key(settings, tmp_path, transactional_db):
    key = configure(settings, tmp_path)
    Cast().registered()
    assert sealer.seal_round(nobody) == []
    return key


def seal_more(number):
    Cast().new(number=number)
    assert sealer.seal_round(nobody) == []


def test_without_a_key_the_page_says_that_nothing_is_signed(transactional_db):
    answer = Client().get(PAGE)
    assert answer.status_code == 200 and "Ingen är undertecknad" in words(answer)
    assert Client().get(reverse("public_checkpoint")).status_code == 404


def test_roots_and_keys_are_public_and_no_line_is(key):
    seal_more("MORE")
    answer = Client().get(PAGE)
    text = answer.content.decode()
    for row in Checkpoint.objects.all():
        assert base64.b64encode(bytes(row.root)).decode() in text
    assert str(key.public) in text or str(key.public).replace("+", "&#x2B;") in text
    assert "Karin" not in text and "MORE" not in text
    assert "public" in answer["Cache-Control"]
    newest = Client().get(reverse("public_checkpoint")).content.decode()
    assert (
        proofs.opened(newest, [key.public])[0].size == Checkpoint.objects.first().size
    )
    assert Client().post(PAGE).status_code == 405


def test_what_leads_from_one_checkpoint_to_another_is_public_and_nothing_else(key):
    seal_more("MORE")
    last, first = Checkpoint.objects.all()
    url = reverse("public_consistency", args=[first.size, last.size])
    lines = Client().get(url).content.decode().split()
    roots = bytes(first.root), bytes(last.root)
    proof = [base64.b64decode(line) for line in lines]
    assert proofs.is_consistent(first.size, roots[0], last.size, roots[1], proof)
    for sizes in ((first.size - 1, last.size), (last.size, first.size), (0, 1)):
        other = reverse("public_consistency", args=sizes)
        assert Client().get(other).status_code == 404, sizes


def test_the_program_is_handed_out_with_its_digest(tmp_path):
    body = Client().get(reverse("verifier")).content
    assert hashlib.sha256(body).hexdigest() == sealer.digest()
    assert sealer.digest() in Client().get(PAGE).content.decode()
    out = StringIO()
    call_command("verify_ledger", "--program", str(tmp_path / "file"), stdout=out)
    assert (tmp_path / "file").read_bytes() == body
    assert sealer.digest() in out.getvalue()
    # No time and no machine is in it.
    sealer.verifier.cache_clear()
    assert sealer.verifier() == body


def test_it_is_followed_also_past_a_new_key(key, live_server, program, tmp_path):
    kept = tmp_path / "checkpoint.txt"
    options = ["--follow", live_server.url + PAGE, "--kept", kept]

    def follow():
        return program(*options, "--key", key.public)

    assert "for the first time" in follow()[1]
    first = kept.read_text()
    seal_more("A")
    code, said = follow()
    assert code == 0 and "It goes on from the" in said, said
    assert kept.read_text() != first
    call_command("ledger_key", "--replace", stdout=StringIO())
    seal_more("B")
    code, said = follow()
    assert code == 0 and "It goes on from the" in said, said
    assert len(json.loads(Client().get(reverse("public_statements")).content)) == 1
    assert program(*options)[0] == 2
    assert (
        program("--follow", "file:///etc/", "--kept", kept, "--key", key.public)[0] == 2
    )


@pytest.mark.parametrize(
    ("lines", "said"), [(0, "does not go on from"), (1000, "shortened, restored")]
)
def test_a_ledger_that_does_not_go_on_is_told_and_what_was_kept_stays(
    key, live_server, program, tmp_path, lines, said
):
    """Somebody was shown another tree, signed by the same key."""
    size = Checkpoint.objects.first().size + lines
    other = proofs.Checkpoint(key.name, size, b"x" * 32).text
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(f"{other}\n{key.sign(other).line}")
    before = kept.read_text()
    seal_more("A")
    code, told = program(
        "--follow", live_server.url + PAGE, "--kept", kept, "--key", key.public
    )
    assert code == 1 and said in told, told
    assert kept.read_text() == before


def test_after_a_restore_what_was_signed_beyond_is_told_for_ever(
    key, live_server, program, tmp_path, settings
):
    kept, beyond = tmp_path / "kept.txt", tmp_path / "beyond.txt"
    kept.write_text(Checkpoint.objects.first().note)
    size = Checkpoint.objects.first().size + 1000
    text = proofs.Checkpoint(key.name, size, b"x" * 32).text
    beyond.write_text(f"{text}\n{key.sign(text).line}")
    old = settings.LEDGER_KEY
    settings.LEDGER_KEY, settings.LEDGER_FOLDER = f"{old}-2", ""
    call_command("ledger_key", f"{key.name}-2", "--after", old, stdout=StringIO())
    seal_more("A")

    def follow(path):
        address = live_server.url + PAGE
        return program("--follow", address, "--kept", path, "--key", key.public)

    assert follow(kept)[0] == 0
    code, told = follow(beyond)
    assert code == 1 and "takes over from" in told and "restored" in told
