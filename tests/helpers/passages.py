"""What can be commented on in a proposal, as it reads now."""

from requests_app.law.assessment import assessment_with_texts
from requests_app.selectors.passages import passages
from requests_app.selectors.return_comments import newest_proposal


def passages_of(subject):
    newest = newest_proposal(subject)
    return passages(subject, newest, assessment_with_texts(subject))
