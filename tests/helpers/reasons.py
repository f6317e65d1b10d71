"""What is left out of a recipient's copy in tests."""

from requests_app.cases.review.law.rules import Omission

INSTEAD = "Sekretess enligt 21–40 kap. OSL hindrar att uppgifterna lämnas ut."


def left_out(text: str = INSTEAD) -> Omission:
    """Reasons are left out of the recipient's copy, which reads so instead."""
    words = ("Somebody could be found.", "Somebody could be hurt.", "It is of a pupil.")
    return Omission(text, "individual", *words)
