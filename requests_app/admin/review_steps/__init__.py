"""The steps of a review, in the order in which their buttons stand."""

from requests_app.admin.review_steps.appeals import APPEALS
from requests_app.admin.review_steps.decided import DECIDED
from requests_app.admin.review_steps.deciding import DECIDING
from requests_app.admin.review_steps.ending import ENDING
from requests_app.admin.review_steps.inquiry import INQUIRY
from requests_app.admin.review_steps.masking import MASKING
from requests_app.admin.review_steps.people import PEOPLE

STEPS = {
    **DECIDING,
    **INQUIRY,
    **PEOPLE,
    **DECIDED,
    **APPEALS,
    **MASKING,
    **ENDING,
}
