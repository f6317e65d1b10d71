"""A witness of others' logs, by the rules of C2SP tlog-witness, and a log that asks one."""

import base64

import pytest
from django.db import connection
from django.test import Client

from audit_app.models import Checkpoint, Cosignature
from audit_app.sealing import keys, sealer
from audit_app.sealing.keys import Silent, parsed
from audit_app.verifying import proofs as book
from audit_app.verifying.proofs import WITNESS, Malformed, opened
from tests.audit_app.test_tree import HASHES
from tests.cast import Cast
from tests.helpers.ledgers import configure
from tests.helpers.sql import sql
from tests.lockbox_site.witnesses import Witnesses, cosigning, policy

pytestmark = pytest.mark.usefixtures("undone")
LOG = keys.make("other.example/ledger")


@pytest.fixture(scope="module", autouse=True)
def world(once):
    cast = Cast()
    cast.decided()
    connection.check_constraints()
    return cast


@pytest.fixture
def witness(settings, tmp_path):
    key = keys.make("witness.example/w1", WITNESS)
    settings.WITNESS_KEY = str(tmp_path / "witness")
    settings.WITNESSED_LOGS = str(tmp_path / "logs")
    keys.keep(key, settings.WITNESS_KEY)
    (tmp_path / "logs").write_text(f"# of our neighbours\n\n{LOG.public}\n")
    return key


def checkpoint(size, key=LOG, root=None):
    root = book.root(HASHES, 0, size) if root is None else root
    text = book.Checkpoint(key.name, size, root).text
    return f"{text}\n{key.sign(text).line}"


def proof(old, size):
    return [book.root(HASHES, *one) for one in book.consistency_ranges(old, size)]


def ask(old, signed, hashes=(), **more):
    lines = [
        f"old {old}",
        *(base64.b64encode(one).decode() for one in hashes),
        "",
        signed,
    ]
    answer = Client().post(
        "/witness/add-checkpoint", "\n".join(lines), content_type="text/plain", **more
    )
    return answer.status_code, answer.content.decode(), answer["Content-Type"]


def test_a_checkpoint_that_goes_on_is_cosigned(witness):
    for old, size in ((0, 300), (300, 301), (301, 301), (301, 60_000)):
        status, line, _kind = ask(
            old, checkpoint(size), proof(old, size) if old else []
        )
        assert status == 200, line
        both = [LOG.public, witness.public]
        assert opened(checkpoint(size) + line, both)[1] == both


def test_one_that_does_not_is_not(witness):
    assert ask(0, checkpoint(300))[0] == 200
    # Somebody else's size: told ours.
    assert ask(200, checkpoint(400), proof(200, 400)) == (
        409,
        "300\n",
        "text/x.tlog.size",
    )
    assert ask(0, checkpoint(400))[:2] == (409, "300\n")
    # Forked: at the same size, and further on.
    assert ask(300, checkpoint(300, root=b"\1" * 32))[:2] == (409, "300\n")
    assert ask(300, checkpoint(400, root=b"\1" * 32), proof(300, 400))[0] == 422
    assert ask(300, checkpoint(400), proof(299, 400))[0] == 422
    # Shortened.
    assert ask(300, checkpoint(200))[0] == 400
    assert ask(300, checkpoint(301), proof(300, 301))[0] == 200


def test_whose_it_is_is_asked_first(witness):
    other = keys.make(LOG.name)
    assert ask(0, checkpoint(5, other))[0] == 403
    assert ask(0, checkpoint(5, keys.make("stranger.example")))[0] == 404
    assert ask(0, "nonsense")[0] == 400
    assert ask("01", checkpoint(5))[0] == 400
    # Five refused: the address waits a while. Others are served.
    assert ask(0, checkpoint(5), [b"short"])[0] == 400
    assert ask(0, checkpoint(5))[0] == 429
    assert ask(0, checkpoint(5), REMOTE_ADDR="10.0.0.9")[0] == 200


def test_what_is_too_large_is_not_read(witness):
    assert ask(0, "x" * 70_000)[0] == 413


def test_without_a_key_there_is_no_such_page(settings):
    assert Client().post("/witness/add-checkpoint").status_code == 404
    settings.WITNESS_KEY = "/nowhere"
    assert Client().post("/witness/add-checkpoint").status_code == 503


def test_it_is_asked_by_post_alone(witness):
    assert Client().get("/witness/add-checkpoint").status_code == 405


def test_of_two_at_once_one_is_too_late(witness):
    """The second has read the size before the first has written it."""
    advance = "select audit_witness_advance('o', %s, %s, sha256('r'), 'n')"
    with connection.cursor() as cursor:
        for old, size, expected in ((0, 10, True), (0, 12, False), (10, 20, True), (10, 30, False), (20, 15, False)):  # fmt: skip
            cursor.execute(advance, [old, size])
            assert cursor.fetchone() == (expected,), (old, size)


# A log that asks: ours, and a witness that answers as it is told.


@pytest.fixture
def one(settings, tmp_path):
    configure(settings, tmp_path)
    key = keys.make("w0.example", WITNESS)
    policy(settings, tmp_path, key)
    return key


def test_cosignatures_are_kept_and_published(one, world, settings, tmp_path):
    asked = Witnesses(w0=cosigning(one))
    assert sealer.seal_round(asked) == []
    first = Checkpoint.objects.get()
    log = keys.read_keys(settings.LEDGER_KEY)
    published = (tmp_path / "log/checkpoint").read_text()
    assert opened(published, [log.public, one.public])[1] == [log.public, one.public]
    world.new(number="W-2")
    assert sealer.seal_round(asked) == []
    assert asked.asked == [("w0", "old 0"), ("w0", f"old {first.size}")]


def test_a_ledger_changed_with_all_that_was_kept_here_is_refused_by_its_witness(
    one, world, tmp_path
):
    asked = Witnesses(w0=cosigning(one))
    assert sealer.seal_round(asked) == []
    size = Checkpoint.objects.get().size
    asked.known["w0"].state["root"] = b"\1" * 32
    world.new(number="W-2")
    (trouble,) = sealer.seal_round(asked)
    assert "does not go on from what witnesses hold: w0" in trouble
    assert Checkpoint.objects.count() == 1
    # And a shorter one, whose folder and database say nothing of it.
    asked.known["w0"].state["size"] = size * 100
    (trouble,) = sealer.seal_round(asked)
    assert f"it holds another tree, of {size * 100} lines" in trouble


def test_a_witness_that_knows_less_is_asked_again(one, world):
    asked = Witnesses(w0=cosigning(one))
    sealer.seal_round(asked)
    asked.known["w0"] = cosigning(one)
    world.new(number="W-2")
    assert sealer.seal_round(asked) == []
    assert asked.asked[-1] == ("w0", "old 0")


def test_what_is_no_cosignature_counts_for_nothing_and_keeps_none_out(one, world):
    assert len(sealer.seal_round(Witnesses(w0=Silent("no answer")))) == 2
    size = Checkpoint.objects.get().size
    sql("select audit_ledger_cosigned(%s, %s, 'junk')", size, str(one.public))
    assert len(sealer.seal_round(Witnesses(w0=Silent("no answer")))) == 2
    assert sealer.seal_round(Witnesses(w0=cosigning(one))) == []
    assert keys.newest_believed().seen_by == [one.public]
    assert "junk" not in keys.newest_believed().cosigned


@pytest.mark.parametrize("kind", ["garbage", "an older one"])
def test_a_checkpoint_that_nobody_signed_is_gone_past(one, world, kind, tmp_path):
    asked = Witnesses(w0=cosigning(one))
    assert sealer.seal_round(asked) == []
    signed = keys.newest_believed()
    world.new(number="W-2")
    sealer.seal()
    text = kind if kind == "garbage" else signed.note
    forged = "select audit_ledger_checkpoint(%s, %s, %s)"
    sql(forged, sealer.size_of_tree(), b"\1" * 32, text)
    assert sealer.seal_round(asked) == [sealer.PASSED_OVER]
    assert keys.newest_believed().size == signed.size
    before = (tmp_path / "log/checkpoint").read_text()
    world.new(number="W-3")
    assert sealer.seal_round(asked) == []
    assert (tmp_path / "log/checkpoint").read_text() != before
    assert keys.newest_believed().size == sealer.size_of_tree()


LIES = {
    "no answer": Silent("no answer"),
    "its cosignature does not verify": (200, "— w0.example AAAAAAAAAAAA\n"),
    "it answers 500": (500, ""),
    "it answers 409 without a size": (409, "many"),
}


@pytest.mark.parametrize(("said", "answer"), LIES.items())
def test_a_witness_that_is_down_or_lies_delays_and_loses_nothing(one, said, answer):
    asked = Witnesses(w0=answer)
    trouble, lacking = sealer.seal_round(asked)
    assert said in trouble and "lacks its witnesses" in lacking
    assert Checkpoint.objects.count() == 1 and sealer.unsealed() == 0
    # It comes back: what it had not seen it sees now, though nothing is new.
    asked.known["w0"] = cosigning(one)
    assert sealer.seal_round(asked) == []
    assert Cosignature.objects.count() == 1 and Checkpoint.objects.count() == 1


def test_a_quorum_is_enough(settings, tmp_path):
    configure(settings, tmp_path)
    pair = [keys.make(f"w{n}.example", WITNESS) for n in range(2)]
    policy(settings, tmp_path, *pair, quorum="1")
    asked = Witnesses(w0=cosigning(pair[0]), w1=Silent("down"))
    assert sealer.seal_round(asked) == ["The witness w1: down."]


BROKEN = ["", "quorum x", "quorum none\nquorum none", "log nonsense\nquorum none", "group g 2 a\nquorum g", "witness none X\nquorum none"]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_a_policy_that_is_none_is_refused(text, settings, tmp_path):
    with pytest.raises(Malformed):
        parsed(text)
    configure(settings, tmp_path)
    settings.LEDGER_POLICY = str(tmp_path / "policy")
    (tmp_path / "policy").write_text(text)
    (trouble,) = sealer.seal_round(None)
    assert "policy" in trouble and sealer.unsealed() == 0
