"""Who is not let in is told why, and it is on record."""

from audit_app.models import LedgerEntry
from tests.helpers.web import words


def events(name="user.sign_in_refused"):
    return LedgerEntry.objects.filter(event=name).count()


def is_refused(answer, text, status=403):
    assert answer.status_code == status, answer
    assert text in words(answer)
    assert events() == 1
    return True
