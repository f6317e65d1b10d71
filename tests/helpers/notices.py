"""What a person has switched off, and what they are to be told of."""

from requests_app.models import NoticeChoice, NoticeKind, NoticeWay
from requests_app.models.notice import OWN_WAYS, is_usual
from requests_app.selectors.notice import due_now
from requests_app.selectors.queues import read_queues
from requests_app.workflow.notice import choose_notices

EVERY = [(way, kind) for way in OWN_WAYS for kind in NoticeKind]
USUAL = {NoticeChoice.switch(*pair) for pair in EVERY if is_usual(*pair)}
MAIL = {NoticeChoice.switch(NoticeWay.MAIL, kind) for kind in NoticeKind}


def choose(person, *, off=(), on=()):
    choose_notices(person, (USUAL - set(off)) | set(on))


def lines_due_to(person, way=NoticeWay.MAIL):
    """Of other clocks than the answer's."""
    return [
        due.line
        for due in due_now(read_queues())
        if due.person == person and due.way == way
    ]
