"""A case as its official documents: each kind of row with a text says what it is."""

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.papers.case import (
    columns_of_cases,
    document_of,
    documents_of,
)
from requests_app.cases.review.steps.decision import draw_up_documents
from requests_app.core.retention import NoDocument, Official, Sheet, Way
from requests_app.disclosure.papers.answers import texts_of
from tests.helpers.printed_cases import printed_cases


def test_each_kind_of_row_with_a_text_says_which_document_it_is():
    for model, _field, _places in columns_of_cases():
        declared = getattr(model, "document", None)
        assert isinstance(declared, Official | Sheet | NoDocument), model


def test_what_it_says_are_columns_of_its_own():
    for model, _field, _places in columns_of_cases():
        declared = model.document
        if isinstance(declared, NoDocument):
            continue
        names = {field.name for field in model._meta.concrete_fields}
        columns = {declared.at}
        if isinstance(declared, Official):
            columns |= {declared.title, declared.with_whom, declared.came_in}
        assert columns - {""} <= names, model


def test_a_case_is_listed_in_order_and_its_work_last(cast):
    printed_cases(cast)
    draw_up_documents()
    review = SecrecyReview.objects.get(access_request__external_id="EXSR1")
    rows = documents_of(review)
    names = [row.kind for row in rows if row.is_official]
    assert names[0] == "Inkommen handling"
    assert "Beslutshandling" in names
    moments = [row.at for row in rows if row.is_official]
    assert moments == sorted(moments)
    first = rows[0]
    assert (first.way, first.with_whom) == (Way.IN, "Microsoft")
    assert [part.content.digest for part in first.parts()] == [
        digest for _label, digest in first.texts
    ]
    work = [row for row in rows if row.why_not]
    assert {row.kind for row in work} == {"Förslag"}
    assessment = next(row for row in rows if row.key.startswith("assessmentanswer"))
    assert not assessment.is_official and not assessment.why_not
    assert {assessment, *work} <= set(rows[len(moments) :])


def test_every_text_of_a_case_is_in_one_of_them_or_said_to_be_elsewhere(cast):
    printed_cases(cast)
    review = SecrecyReview.objects.get(access_request__external_id="EXSR1")
    listed = {digest for row in documents_of(review) for _label, digest in row.texts}
    for text in texts_of(review):
        declared = text.model.document
        is_elsewhere = isinstance(declared, NoDocument) and not declared.is_told
        assert text.content.digest in listed or is_elsewhere


def test_one_is_read_by_its_key_alone(cast, django_assert_max_num_queries):
    printed_cases(cast)
    review = SecrecyReview.objects.get(access_request__external_id="EXSR1")
    for row in documents_of(review):
        with django_assert_max_num_queries(10):
            assert document_of(review, row.key) == row
    assert document_of(review, "filenote-999") is None
