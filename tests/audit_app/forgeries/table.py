"""Every forgery, and by what it is refused; None: it is not."""

from tests.audit_app.forgeries.answers import (
    LONG_AGO,
    an_invented_try,
    approve_of_a_part,
    give,
    given_after_all,
    given_under_a_freeze,
    order,
    pointed_elsewhere,
    put_out,
    sent_without_a_try,
    task_of,
    told_as_given_before_a_freeze,
    too_late,
    with_words_of_ones_own,
    without_the_words_of_the_decision,
)
from tests.audit_app.forgeries.decisions import (
    back_dated_past_a_freeze,
    decide,
    declare,
    letting_the_clock_be_set,
    of_class_four,
    under_a_rule_for_standing_assessments,
    with_a_conflict_in_what_it_extends,
    with_the_clock_set,
)
from tests.audit_app.forgeries.rows import (
    answered_anew,
    answered_otherwise,
    changed_twice_told_once,
    decided_by_nobody,
    line,
    renamed,
    rewrite,
    signed_by_nobody_there_is,
    signed_in_and_read,
    statement,
    take_away,
    told_as_of_another_kind,
    told_twice,
    told_with_nothing_changed,
)

FORGERIES = {
    "a decision in another's name": (
        lambda f, w: decide(f, w, actor=w.karin),
        "one's own name",
    ),
    "a decision in a person's name, by a machine account": (
        lambda f, w: decide(f, w, actor=w.outbox),
        "one's own name",
    ),
    "a decision under a name that is not the person's": (
        lambda f, w: decide(f, w, decided_by_name="Anna Annan"),
        "not the people's",
    ),
    "a decision dated before a freeze": (back_dated_past_a_freeze, "by a freeze"),
    "a decision dated last year": (
        lambda f, w: decide(f, w, decided_at=LONG_AGO),
        "dated when it is made",
    ),
    "a decision under a clock that is set": (
        with_the_clock_set,
        "dated when it is made",
    ),
    "the clock let be set": (letting_the_clock_be_set, "permission denied"),
    "a part that means Approve where the product can not": (
        lambda f, w: decide(f, w, w.part, answer="approve"),
        "means something else",
    ),
    "a decision under another regime": (
        lambda f, w: decide(f, w, regime="law"),
        "regime",
    ),
    "a grant of what is of class 4": (of_class_four, "class 4"),
    "a decision with a conflict in what the request extends": (
        with_a_conflict_in_what_it_extends,
        "conflict of interest",
    ),
    "a decision under an item for standing assessments": (
        under_a_rule_for_standing_assessments,
        "does not cover",
    ),
    "no conflict, in another's name": (
        lambda f, w: (f.acts(w.karin), declare(f, w, w.proposed, w.bo)),
        "one's own name",
    ),
    "a Deny that no decision says": (
        lambda f, w: order(f, w, w.proposed, "deny"),
        "no decision that stands refuses",
    ),
    "an Approve that no decision says": (
        lambda f, w: order(f, w, w.proposed, "approve"),
        "not every authority",
    ),
    "an Approve of a part, by the product's flag": (
        approve_of_a_part,
        "changed by two persons",
    ),
    "access taken back where none runs": (
        lambda f, w: order(f, w, w.proposed, "revoke"),
        "no access runs",
    ),
    "an answer without the decision's words": (
        without_the_words_of_the_decision,
        "leaves out",
    ),
    "an answer with words of one's own beside them": (with_words_of_ones_own, None),
    "an answer ordered as if last year": (
        lambda f, w: order(f, w, w.proposed, "deny", created_at=LONG_AGO),
        "before it is given",
    ),
    "a given Approve made a Deny": (
        rewrite("delivery", lambda w: task_of(w.given), answer="deny"),
        "stays",
    ),
    "an answer that was called back, given": (given_after_all, "stays so"),
    "an answer given in another's name": (
        lambda f, w: give(f, w, w.waiting, confirmed_by_id=w.bo),
        "one's own name",
    ),
    "an Approve given under a freeze": (
        given_under_a_freeze,
        "by a freeze",
    ),
    "an Approve given too late": (too_late, "had run out"),
    "a body of one's own in the outbox": (
        lambda f, w: put_out(f, w, w.waiting, body_id=w.text),
        "does not exist",
    ),
    "a sent answer sent again": (
        lambda f, w: put_out(f, w, w.given),
        "tells of what there is",
    ),
    "an answer sent to another request": (
        lambda f, w: put_out(
            f, w, w.waiting, access_request_id=w.fresh.access_request_id
        ),
        "tells of what there is",
    ),
    "a message pointed at another answer": (pointed_elsewhere, "not rewritten"),
    "a message delivered without a try": (sent_without_a_try, "nothing was sent"),
    "a try that was none": (an_invented_try, None),
    "a second version of one change": (told_twice, "duplicate key"),
    "a version of no change": (told_with_nothing_changed, "without a change"),
    "a version that says something else": (
        lambda f, w: renamed(f, w, name="Forged"),
        "not what changed",
    ),
    "a version of another kind": (told_as_of_another_kind, "not what changed"),
    "two changes told as one": (changed_twice_told_once, "without a change"),
    "a change signed by nobody there is": (signed_by_nobody_there_is, "by nobody"),
    "a freeze taken away": (take_away("freeze", lambda w: w.freeze), "is kept"),
    "access taken away": (take_away("accessgrant", lambda w: w.grant), "is kept"),
    "a role taken away": (take_away("roleassignment", lambda w: w.role), "is kept"),
    "an object taken away": (
        take_away("requestedobject", lambda w: w.held.pk),
        "is kept",
    ),
    "a message taken away": (take_away("message", lambda w: w.message), "is kept"),
    "a message rewritten": (
        rewrite("message", lambda w: w.message, said_at=LONG_AGO),
        "stays as it was",
    ),
    "access opened at another time": (
        rewrite("accessgrant", lambda w: w.grant, opens_at=LONG_AGO),
        "stays as it was|longer than it",
    ),
    "a request received at another time": (
        rewrite(
            "accessrequest", lambda w: w.given.access_request_id, received_at=LONG_AGO
        ),
        "only what was typed is corrected",
    ),
    "a freeze rewritten": (
        rewrite("freeze", lambda w: w.freeze, begins_at=LONG_AGO),
        "not rewritten",
    ),
    "the ledger rewritten": (
        statement("update audit_app_ledgerentry set request_id = 'x'"),
        "permission denied",
    ),
    "history rewritten": (
        statement("update requests_app_historicaldecision set outcome = 'refused'"),
        "permission denied",
    ),
    "a table emptied": (
        statement("truncate requests_app_outboxmessage cascade"),
        "permission denied",
    ),
    "a guard set aside": (
        statement("alter table requests_app_decision disable trigger all"),
        "must be owner",
    ),
    "the guards of a session set aside": (
        statement("set session_replication_role = replica"),
        "permission denied",
    ),
    "a change in the ledger that there was not": (line("change"), "by the database"),
    "a read in the ledger that there was not": (line("read"), None),
    "a review decided without a decision": (
        decided_by_nobody("secrecyreview", lambda w: w.proposed.pk),
        "a review is decided by its decision",
    ),
    "a decision of before made to stand again": (
        decided_by_nobody("secrecyreview", lambda w: w.reconsidered.pk),
        "a review is decided by its decision",
    ),
    "a proposal decided without a decision": (
        decided_by_nobody("proposal", lambda w: w.proposed.proposals.get().pk),
        "a proposal is decided by its decision",
    ),
    "another answer to a call that comes again": (answered_otherwise, "stays as it"),
    "an answer forgotten before its time": (answered_anew, "kept for 72 hours"),
    "a sign-in and a read that there were not": (signed_in_and_read, None),
    "a decision by somebody who has not touched it": (decide, None),
    "an Approve told as given before the freeze": (
        told_as_given_before_a_freeze,
        None,
    ),
}
