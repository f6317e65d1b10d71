"""What a witness answers is kept only where it is of our checkpoint."""

from audit_app.sealing import keys
from audit_app.sealing.keys import Witness, ask_all
from audit_app.verifying import proofs
from audit_app.verifying.proofs import WITNESS, Checkpoint


def test_a_signature_over_more_than_the_checkpoint_is_none_of_it():
    """The answer begins with a blank line: our own signature becomes text."""
    ours, theirs = keys.make("log.example"), keys.make("w.example", WITNESS)
    text = Checkpoint("log.example", 7, bytes(32)).text
    signed = f"{text}\n{ours.sign(text).line}"

    def post(_url, _body):
        return 200, "\n" + theirs.cosign(signed, 1).line

    witness = Witness("w", theirs.public, "https://w.example")
    (answer,) = ask_all(signed, 7, {witness: 0}, lambda _old: [], post)
    if answer.line:
        known = [ours.public, theirs.public]
        assert proofs.opened(signed + answer.line, known)[1] == known
    assert answer.trouble
