"""Personal data in the texts of a case, corrected or restricted."""

from django.utils.translation import gettext_lazy as _

from requests_app.forms import text_mask as forms
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import text_mask

MASKING = {
    "correct-data": StepPage(
        _("Correct personal data in a text"),
        text_mask.correct_personal_data,
        forms.CorrectPersonalDataForm,
        done=_("The texts read with the right words from now on."),
        is_beside=True,
        guide="steg#ratta-eller-begransa-uppgifter",
    ),
    "restrict-texts": StepPage(
        _("Restrict texts"),
        text_mask.restrict_texts,
        forms.RestrictTextsForm,
        done=_("The texts are read with a basis alone from now on."),
        is_beside=True,
        guide="steg#ratta-eller-begransa-uppgifter",
    ),
}
