"""What of a case is marked as secret, and personal data in its texts, corrected or
restricted."""

from django.utils.translation import gettext_lazy as _

from requests_app.forms import secrecy_mark as mark_forms
from requests_app.forms import text_mask as forms
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import secrecy_mark, text_mask

MASKING = {
    "mark-secret": StepPage(
        _("Mark as secret"),
        secrecy_mark.mark_secret,
        mark_forms.MarkSecretForm,
        done=_("It is marked."),
        is_beside=True,
        guide="steg#sekretessmarkera",
    ),
    "take-mark-off": StepPage(
        _("Take a secrecy mark off"),
        secrecy_mark.take_mark_off,
        mark_forms.TakeMarkOffForm,
        done=_("The mark is taken off."),
        is_beside=True,
        guide="steg#sekretessmarkera",
    ),
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
