"""What a person has switched off, and what they are to be told of."""

from requests_app.core.queue import NoticeKind
from requests_app.duty.ladders import due_in_queues, read_queues
from requests_app.duty.models.notices import OWN_WAYS, NoticeChoice, NoticeWay, is_usual
from requests_app.duty.steps import choose_notices

EVERY = [(way, kind) for way in OWN_WAYS for kind in NoticeKind]
USUAL = {NoticeChoice.switch(*pair) for pair in EVERY if is_usual(*pair)}
MAIL = {NoticeChoice.switch(NoticeWay.MAIL, kind) for kind in NoticeKind}


def choose(person, *, off=(), on=()):
    choose_notices(person, (USUAL - set(off)) | set(on))


def lines_due_to(person, way=NoticeWay.MAIL):
    """Of other clocks than the answer's."""
    return [
        due.line
        for due in due_in_queues(read_queues())
        if due.person == person and due.way == way
    ]
