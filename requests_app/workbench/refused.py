"""What becomes of a form whose step was not taken."""

from django.core.exceptions import ValidationError

from requests_app.forms.step import StepForm
from requests_app.workflow.step import Busy, WrongState


def refused(form: StepForm, error: WrongState | ValidationError) -> int:
    """The form says why, at the field it is about. Returns the status of the answer."""
    if isinstance(error, ValidationError):
        form.add_errors(error)
        return 200
    form.add_error(None, str(error))
    form.is_overtaken = not isinstance(error, Busy)
    return 409 if form.is_overtaken else 503
