"""What the form of the assessment shows as known, confirmed by whoever opens it."""

from tests.helpers.web import in_english, step_url

# A recipient that the standing assessment of the cast names.
OWN = {"employer_entity": "Microsoft", "engineer_country": "IE"}
# What is answered each time.
FIRST = {"answer_N0": "yes", "answer_N3": "no", "no_conflict": "on"}


def confirming(client, subject):
    """What a press of “All of this is right” sends."""
    form = client.get(step_url(subject, "assess")).context["form"]
    return {"known": form.digest, "confirmed": "on"}


def form_of(person, subject, step="assess", **typed):
    client, url = in_english(person), step_url(subject, step)
    answer = client.post(url, typed) if typed else client.get(url)
    return answer.context["form"]


def answered_as(form):
    """What a browser sends of what is chosen on the form."""
    return {
        name: form[name].value()
        for name in form.fields
        if name.startswith("answer_") and form[name].value()
    }
