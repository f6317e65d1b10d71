"""The paper that dismisses an appeal, by the law that the appeal is under."""

import pytest

from requests_app.cases.review.papers.afterwards import decision_to_dismiss, notice_of
from requests_app.cases.review.steps import afterwards
from tests.helpers.cases import decided_under
from tests.helpers.refusals import fresh
from tests.workflow.appeals import registered

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["board", "company"])
def test_of_documents_the_paper_cites_the_law_of_their_appeal(cast, kind):
    """OSL 6:7-8; for a company FL 43-47 by OSL 6:11 only, and never FL 40."""
    made = decided_under(cast, "refused", "internal", tf="yes", kind=kind)
    row = registered(cast, fresh(made.review))
    told = {"appeal": row, "timeliness": "late", "reason": "x"}
    afterwards.try_appeal(fresh(made.review), by=cast.bo, **told)
    row.refresh_from_db()
    text = decision_to_dismiss(row)
    assert f"finns i {notice_of(made).by_law}." in text
    assert "40, 43" not in text and "kammarrätten" in text
    assert ("och 6 kap. 11 §" in text) == (kind == "company")
