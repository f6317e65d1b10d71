"""What can be commented on in a proposal, as it reads now."""

from requests_app.cases.review.law.facts import assessment_with_texts
from requests_app.cases.review.papers.decision import newest_proposal, passages


def passages_of(subject):
    newest = newest_proposal(subject)
    return passages(subject, newest, assessment_with_texts(subject))
