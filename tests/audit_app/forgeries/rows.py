"""Rows and their history that are changed, told and taken away past the application."""

from django.utils import timezone

ANSWERED = "update requests_app_idempotencykey set status = 200, body = 'no'"


def renamed(f, w, **lies):
    f.acts(w.sam)
    f.run("update requests_app_authority set name = 'True' where id = %s", w.gsn)
    f.tell("authority", w.gsn, "~", **lies)


def told_twice(f, w):
    renamed(f, w)
    f.tell("authority", w.gsn, "~", name="Another")


def changed_twice_told_once(f, w):
    f.acts(w.sam)
    f.run("update requests_app_authority set name = 'Between' where id = %s", w.gsn)
    renamed(f, w)


def told_with_nothing_changed(f, w):
    f.acts(w.sam)
    f.tell("authority", w.gsn, "~")


def told_as_of_another_kind(f, w):
    f.acts(w.sam)
    f.run("update requests_app_authority set name = 'True' where id = %s", w.gsn)
    f.tell("authority", w.gsn, "+")


def signed_by_nobody_there_is(f, w):
    f.acts(10**9)
    f.run("update requests_app_authority set name = 'x' where id = %s", w.gsn)


def take_away(table, which):
    def act(f, w):
        f.acts(w.sam)
        f.run(f"delete from requests_app_{table} where id = %s", which(w))

    return act


def rewrite(table, which, **values):
    def act(f, w):
        f.acts(w.sam)
        f.change(table, which(w), **values)

    return act


def statement(text):
    return lambda f, w: f.run(text)


def decided_by_nobody(table, pk_of):
    """Of a review or its proposal, past the decision."""

    def act(f, w):
        f.acts(w.outbox)
        f.change(table, pk_of(w), status="decided")

    return act


def answer(f):
    """What the provider gets when it asks again."""
    key = {"client_id": 1, "key": "k", "fingerprint": "x", "body": ""}
    pk = f.insert("idempotencykey", made_at=timezone.now(), **key)
    f.run(f"{ANSWERED} where id = %s", pk)
    return pk


def answered_otherwise(f, w):
    f.run(
        "update requests_app_idempotencykey set body = 'yes' where id = %s", answer(f)
    )


def answered_anew(f, w):
    f.run("delete from requests_app_idempotencykey where id = %s", answer(f))


def signed_in_and_read(f, w):
    """With one number of a request, as whoever decided would have."""
    f.acts(w.bo)
    for kind, event in (("auth", "user.signed_in"), ("read", "review.read")):
        f.run(
            "select audit_ledger_record(%s, %s, '', '', null, null, %s, 'r1')",
            kind,
            event,
            w.bo,
        )


def line(kind):
    def act(f, w):
        f.run(
            "select audit_ledger_record(%s, 'x', '', '', null, null, %s, '')",
            kind,
            w.bo,
        )

    return act
