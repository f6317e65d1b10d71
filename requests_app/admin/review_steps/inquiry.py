"""What has to be known, and what is put to the file."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.forms import case_file as file_forms
from requests_app.forms import consent as consent_forms
from requests_app.forms import consultation as consultation_forms
from requests_app.forms import dialogue as dialogue_forms
from requests_app.forms.deviation import RecordActForm
from requests_app.forms.narrowing import NeedForm
from requests_app.forms.part import NamePartsForm
from requests_app.models import Deviation, SecrecyReview
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import (
    case_file,
    consent,
    consultation,
    dialogue,
    part,
    reported_act,
)


def _held_against_what_was_granted(review: SecrecyReview) -> Any:
    if review.deviations.filter(status=Deviation.Status.OPEN).exists():
        return _(
            "The act has been recorded, and held against what was granted. A deviation"
            " waits to be looked into."
        )
    return _("The act has been recorded, and held against what was granted.")


INQUIRY = {
    "ask": StepPage(
        _("Ask the provider"),
        dialogue.ask,
        dialogue_forms.AskForm,
        done=_("The question has been recorded."),
        is_beside=True,
        guide="steg#fraga-leverantoren",
    ),
    "record-answer": StepPage(
        _("Record the provider's answer"),
        dialogue.record_answer,
        dialogue_forms.RecordAnswerForm,
        done=_("The answer has been recorded."),
        is_beside=True,
        guide="steg#skriv-in-leverantorens-svar",
    ),
    "note-need": StepPage(
        _("Note what the support case needs"),
        case_file.note_need,
        NeedForm,
        done=_("What is needed stands beside what is asked for."),
        is_beside=True,
        guide="steg#anteckna-vad-som-behovs",
    ),
    "consult": StepPage(
        _("Ask a colleague"),
        consultation.consult,
        consultation_forms.ConsultForm,
        done=_("The question has been put."),
        is_beside=True,
        guide="steg#fraga-nagon-inom-myndigheten",
    ),
    "note": StepPage(
        _("Make a file note"),
        case_file.make_note,
        file_forms.FileNoteForm,
        done=_("The note has been made."),
        is_beside=True,
        guide="steg#anteckna-i-arendet",
    ),
    "name-parts": StepPage(
        _("Test in parts"),
        part.name_parts,
        NamePartsForm,
        done=_("The parts have been named: assess each of them."),
        leads="assess",
        guide="steg#dela-upp-provningen",
    ),
    "record-consent": StepPage(
        _("Record a consent"),
        consent.record,
        consent_forms.RecordConsentForm,
        done=_("The consent has been recorded."),
        guide="steg#samtycke",
    ),
    "withdraw-consent": StepPage(
        _("Record that a consent is withdrawn"),
        consent.withdraw,
        consent_forms.WithdrawConsentForm,
        done=_("The withdrawal has been recorded: nothing more is granted on it."),
        guide="steg#samtycke",
    ),
    "record-act": StepPage(
        _("Record what the provider did"),
        reported_act.record_act,
        RecordActForm,
        done=_held_against_what_was_granted,
        is_beside=True,
        guide="steg#skriv-vad-leverantoren-gjorde",
    ),
    "attach": StepPage(
        _("Attach a file"),
        case_file.attach,
        file_forms.AttachForm,
        done=_("The file has been attached."),
        is_beside=True,
        guide="steg#bifoga-en-handling",
    ),
}
