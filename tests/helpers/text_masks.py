"""Personal data that are corrected or restricted in the texts of a case."""

from requests_app.core.words import texts
from requests_app.disclosure.papers.answers import texts_of
from requests_app.disclosure.steps.request import correct_personal_data, restrict_texts
from tests.helpers.refusals import fresh

GROUND = "Personen har visat pass med rätt stavning."


def holding(review, words):
    """Digests of the texts of the case that hold the words."""
    return [
        row.content.digest
        for row in texts_of(review)
        if texts.holds(row.content.text, row.content.media_type, words)
    ]


def corrected(review, words, right="", *, by, **more):
    values = {"texts": holding(review, words), "words": words, "right": right}
    values |= {"ground": GROUND, "is_known": True, **more}
    return correct_personal_data(fresh(review), by=by, **values)


def restricted(review, words, *, by, **more):
    values = {"texts": holding(review, words), "ground": GROUND, "is_known": True}
    return restrict_texts(fresh(review), by=by, **{**values, **more})
