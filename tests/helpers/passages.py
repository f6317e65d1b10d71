"""What can be commented on in a proposal, as it reads now."""

from requests_app.documents.passages import passages
from requests_app.documents.return_comments import newest_proposal
from requests_app.law.assessment import assessment_with_texts


def passages_of(subject):
    newest = newest_proposal(subject)
    return passages(subject, newest, assessment_with_texts(subject))
