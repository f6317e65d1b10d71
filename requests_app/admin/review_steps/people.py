"""Who works the review, who may see it, and who may not."""

from django.utils.translation import gettext_lazy as _

from requests_app.forms import named_list as list_forms
from requests_app.forms import registration as registration_forms
from requests_app.forms import review as review_forms
from requests_app.forms.step import EmptyForm
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import (
    assignment,
    conflict,
    named_list,
    oversight,
    review,
)

# By whom: whoever is named, or oversees it.
LIST_STEPS = {
    "confirm-list": StepPage(
        _("Confirm the named list"),
        named_list.confirm_list,
        list_forms.ConfirmListForm,
        done=_("The named list has been confirmed."),
        guide="steg#namngiven-lista",
    ),
    "open-list": StepPage(
        _("Open the review again"),
        named_list.open_list,
        list_forms.OpenListForm,
        done=_("The roles of the authority open the review again."),
        guide="steg#namngiven-lista",
    ),
}
PEOPLE = {
    "register": StepPage(
        _("Register"),
        review.register,
        registration_forms.RegisterForm,
        done=_("The review has been registered."),
        guide="steg#registrera",
    ),
    "correct-subject": StepPage(
        _("Correct the public subject"),
        review.correct_subject,
        registration_forms.CorrectSubjectForm,
        done=_("The public subject has been corrected."),
        guide="steg#ratta-arendemeningen-eller-vad-som-begars",
    ),
    "reclassify": StepPage(
        _("Change what is asked for"),
        review.reclassify,
        registration_forms.ReclassifyForm,
        done=_("It is tried as that from now on: look at the assessment again."),
        guide="steg#ratta-arendemeningen-eller-vad-som-begars",
    ),
    "assign": StepPage(
        _("Assign"),
        assignment.assign,
        review_forms.AssignForm,
        done=_("The review has been assigned."),
        guide="steg#utse-handlaggare",
    ),
    "take": StepPage(
        _("Take the case"),
        assignment.take,
        review_forms.TakeForm,
        done=_("You are the case officer."),
        leads="assess",
        guide="steg#ta-arendet",
    ),
    "acknowledge": StepPage(
        _("Acknowledge the assignment"),
        assignment.acknowledge,
        EmptyForm,
        done=_("You have taken the case on."),
        guide="steg#se-vad-som-har-andrats",
    ),
    "add-reviewer": StepPage(
        _("Add a co-reviewer"),
        assignment.add_reviewer,
        review_forms.CoReviewerForm,
        done=_("The co-reviewer can work on it."),
        guide="steg#fler-eller-andra-handlaggare",
    ),
    "remove-reviewer": StepPage(
        _("Remove a co-reviewer"),
        assignment.remove_reviewer,
        review_forms.RemoveReviewerForm,
        done=_("The co-reviewer no longer works on it."),
        guide="steg#fler-eller-andra-handlaggare",
    ),
    "close-list": StepPage(
        _("Put on a named list"),
        named_list.close_list,
        list_forms.CloseListForm,
        done=_("Only the people named see the review from now on."),
        guide="steg#namngiven-lista",
    ),
    **LIST_STEPS,
    "name": StepPage(
        _("Name a person"),
        named_list.name_person,
        list_forms.NamePersonForm,
        done=_("The person can now see the review."),
        guide="steg#namngiven-lista",
    ),
    "unname": StepPage(
        _("Take a person off"),
        named_list.unname_person,
        list_forms.UnnamePersonForm,
        done=_("The person no longer sees the review by name."),
        guide="steg#namngiven-lista",
    ),
    "open-content": StepPage(
        _("Read the content with a basis"),
        oversight.open_content,
        list_forms.OpenContentForm,
        done=_("You now read the case."),
        guide="steg#oppna-innehall-i-tillsyn",
    ),
    "shut-content": StepPage(
        _("Give the content back"),
        oversight.shut_content,
        list_forms.ShutContentForm,
        done=_("You no longer read what the case is about."),
        guide="steg#oppna-innehall-i-tillsyn",
    ),
    "declare": StepPage(
        _("Declare conflict of interest"),
        conflict.declare,
        review_forms.DeclareForm,
        done=_("The declaration has been recorded."),
        guide="steg#anmal-jav",
    ),
}
