"""People, of the forms of people: away, consultation, named list, registration, review,
routing, stop by number and taking part."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.cases.access.models import Delivery
from requests_app.cases.intake.forms import TICK as TICK_OF_REQUEST
from requests_app.cases.intake.forms import NamesNobodyForm
from requests_app.cases.intake.models.request import RequestedObject
from requests_app.cases.intake.models.review import (
    Assignment,
    ConflictDeclaration,
    ReviewUserPermission,
    SecrecyReview,
)
from requests_app.cases.intake.selectors import Change, change_of, objects_of
from requests_app.cases.review.rights.involvement import consultable
from requests_app.cases.review.selectors import candidates, described, reviews_named
from requests_app.cases.review.steps.afterwards import OpenMatter, left_open, stop
from requests_app.cases.review.steps.people import UNDECLARED
from requests_app.core.forms import (
    EmptyForm,
    MomentField,
    PlainText,
    ReasonForm,
    StepForm,
)
from requests_app.core.people.models import Authority, RoleAssignment, SecrecyBranch
from requests_app.core.people.rights import VIEW, served_by
from requests_app.core.words.texts import by_name, in_record, short_day
from requests_app.registers.models.cloud import CloudObject, CloudSystem, Connection

# Whoever is away is given a case only by somebody who knows of it.

TICK = "is_away"


def ask_if_away(form: StepForm) -> None:
    """Add an error beside the person that the form chooses, if they are away, until it
    is ticked that they are given it all the same. The person comes with `away_until`.
    The tick is shown only where it is needed, and holds for that person."""
    person = form.cleaned_data.get("person")
    if person is None or person.away_until is None:
        return
    tick = forms.BooleanField(
        label=_("Give it to %(name)s all the same") % {"name": person},
        required=False,
        widget=forms.CheckboxInput(attrs={"value": str(person.pk)}),
    )
    form.fields[TICK] = tick
    form.order_fields(["person", TICK, *form.fields])
    if form.data.get(TICK) != str(person.pk):
        text = _(
            "%(name)s is away until %(day)s. Choose somebody else, or tick below that"
            " it is theirs all the same."
        )
        day = short_day(person.away_until)
        form.add_error("person", text % {"name": person, "day": day})


# Who takes part has no conflict of interest, or says which (FL 16 §, KL 6:28).


class ConflictGroundField(forms.ChoiceField):
    """The grounds of KL 6:28; and what is none, for a lawyer of several boards."""

    def __init__(self, *, required: bool = True) -> None:
        grounds = ConflictDeclaration.Ground.choices
        super().__init__(
            label=_("Ground of the conflict"),
            choices=grounds if required else [("", "—"), *grounds],
            required=required,
            help_text=_(
                "Only that you handle the same matter for another board is no conflict"
                " of interest (KL 6:31 second paragraph)."
            ),
        )


class NoConflictField(forms.BooleanField):
    """The declaration that is asked of everyone who takes part (KL 6:28–30)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "label", _("I have no conflict of interest in this case (KL 6:28)")
        )
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)


class TakingPartForm(StepForm):
    """A step by which somebody takes part: asks those who have not declared yet."""

    stage = ""

    @cached_property
    def objects(self) -> list[Any]:
        """What the provider wants to touch, with what lies in it."""
        return objects_of(self.subject.requested_objects.still_named())

    @cached_property
    def change(self) -> Change | None:
        """What is other in the request than when the person looked at it."""
        return change_of(self.by, self.subject, self.relation)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.stage not in self.relation.declared:
            # Asked with everything else, not in a second round.
            self.fields["no_conflict"] = NoConflictField(
                required=True, error_messages={"required": UNDECLARED}
            )


# Asking colleagues for their opinion, and giving it.


class ConsultForm(StepForm):
    warning = _(
        "The page of the question shows the question, the authority and the time, and"
        " the names of the objects if you say so. Whoever has a role that opens the"
        " case can open it too. Write no more than they need."
    )

    people = forms.ModelMultipleChoiceField(
        RoleAssignment.objects.none(),
        label=_("Whom to ask"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are asked at the same time, each for themselves."),
    )
    question = PlainText(
        label=_("What the opinion is to cover"), rows=5, max_length=5_000
    )
    due_at = MomentField(label=_("Answer by"))
    shows_objects = forms.BooleanField(
        label=_("Show the names of the objects"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("people")
        choice.queryset = consultable(self.subject, self.by)
        choice.label_from_instance = lambda row: (
            f"{row.person} – {row.get_role_display()}"
        )

    def clean_due_at(self) -> Any:
        due_at = self.cleaned_data["due_at"]
        if due_at <= acting.now():
            raise ValidationError(_("The time to answer has passed already."))
        return due_at


class OpinionForm(StepForm):
    template = "lockbox/consultation/opinion_form.html"

    opinion = PlainText(label=_("Your opinion"), rows=8)
    no_conflict = NoConflictField()


class ConsultedConflictForm(StepForm):
    template = "lockbox/consultation/opinion_form.html"
    warning = _("You are shut out of the matter at once; somebody else is asked.")

    ground = ConflictGroundField()
    text = PlainText(label=_("Account"), required=False, rows=2)


class WithdrawConsultationForm(StepForm):
    template = "lockbox/consultation/opinion_form.html"

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


# Putting a review on a named list, who stands for it, and who sees it there.


class CloseListForm(StepForm):
    warning = _(
        "From now on no role opens the review: only you, whoever takes part in it, and"
        " people you name. Another in charge confirms it, or opens it again."
    )

    reason = forms.CharField(
        label=_("Basis"),
        max_length=300,
        help_text=_("Such as whistle-blowing or a staff matter. Name nobody."),
    )


class NamePersonForm(StepForm):
    person = forms.ModelChoiceField(get_user_model().objects.none(), label=_("Person"))
    reason = forms.CharField(
        label=_("Basis"),
        max_length=300,
        help_text=_("Why this person must see it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = RoleAssignment.objects.in_force(acting.now()).filter(
            authority=self.subject.authority_id
        )
        self.choice("person").queryset = by_name(
            get_user_model()
            .objects.filter(pk__in=here.values("person"))
            .exclude(pk=self.by.pk)
        )


class UnnamePersonForm(NamePersonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Reason")
        self.fields["reason"].help_text = ""
        named = ReviewUserPermission.objects.filter(
            content_object=self.subject, permission__codename=VIEW
        )
        self.choice("person").queryset = by_name(
            get_user_model()
            .objects.filter(pk__in=named.values("user"))
            .exclude(pk=self.by.pk)
        )


class ConfirmListForm(EmptyForm):
    warning = _(
        "No role opens the review from here on; the auditor keeps number and clocks."
        " You stand for it beside whoever put it on the list."
    )
    shows = ("listed_by",)


class OpenListForm(ReasonForm):
    warning = _("The roles of the authority open the review again.")
    shows = ("listed_by",)


class OpenContentForm(StepForm):
    warning = _(
        "You read the case from here on, until you give it back. Whoever has the case"
        " sees that you do, and why."
    )

    reason = forms.CharField(
        label=_("Basis"),
        max_length=300,
        help_text=_(
            "Why you must read what it is about, as a request of a data subject, a"
            " deviation or a control. Name nobody: it stays in the log."
        ),
    )


class ShutContentForm(EmptyForm):
    warning = _("You see number, people and clocks from here on, and no content.")


class TakeAccessForm(StepForm):
    warning = _(
        "You read the case from here on, and everybody named on it sees that you do."
    )

    reason = forms.CharField(
        label=_("Basis"),
        max_length=300,
        help_text=_("Why you must see the case: it stays in the log."),
    )


# Entering a review in the register.

LONGEST_SUBJECT = 200


class MatterField(forms.ChoiceField):
    """What is asked for, as it is to be tried."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("What is asked for"),
            choices=SecrecyReview.Matter.choices,
            widget=forms.RadioSelect,
            help_text=_(
                "A request for official documents is decided whatever the provider's"
                " clock says. What a foreign authority demands is tried by OSL 8:3 and"
                " GDPR article 48. Is more than one thing asked for, choose the last of"
                " them, and enter the other as a request of its own."
            ),
            **kwargs,
        )


class TreatyGroundField(forms.CharField):
    """What lets a foreign authority have what it demands."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("What a foreign demand rests on"),
            max_length=300,
            required=False,
            help_text=_(
                "The special provision in an act or ordinance, or what was found under"
                " OSL 8:3 point 2, and for personal data to a third country the"
                " international agreement. Left empty, the demand can only be refused;"
                " what is not secret and holds no personal data is asked for as"
                " official documents instead."
            ),
            **kwargs,
        )


class PublicSubjectForm(NamesNobodyForm):
    """The subject that anybody may read in the register (OSL 5:2)."""

    own = (TICK_OF_REQUEST,)

    public_subject = forms.CharField(
        label=_("Public subject"),
        max_length=LONGEST_SUBJECT,
        help_text=_("Anybody may read it in the register (OSL 5:2). Name nobody."),
    )

    def clean_public_subject(self) -> str:
        text = self.cleaned_data["public_subject"]
        self.refuse_names(
            "public_subject", text, _("The public subject names no person")
        )
        return text


class CorrectSubjectForm(PublicSubjectForm):
    warning = _(
        "The register shows the new one. What stood there stays in the history."
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["public_subject"].initial = self.subject.public_subject


class ReclassifyForm(StepForm):
    warning = _(
        "Clock, grounds and papers follow what is asked for. What has been answered"
        " stays, and is asked anew where it no longer fits."
    )
    matter = MatterField()
    treaty_ground = TreatyGroundField()
    reason = forms.CharField(
        label=_("How it became known"),
        max_length=300,
        help_text=_("It stands in the history. Name nobody."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("matter", "treaty_ground"):
            self.fields[name].initial = getattr(self.subject, name)


def proposed_subject(review: SecrecyReview) -> str:
    request = review.access_request
    return in_record(
        _("Request for access, %(product)s, %(number)s"),
        product=request.connection.product,
        number=request.external_id,
    )


class RegisterForm(PublicSubjectForm):
    field_order = ("diary_number", "public_subject")

    diary_number = forms.CharField(
        label=_("Registration number"),
        max_length=40,
        required=False,
        help_text=_("From the city's diary; empty for the next of our own series."),
    )
    protected_subject = PlainText(
        label=_("Protected subject"),
        required=False,
        rows=2,
        max_length=2000,
        help_text=_("For those who may read the case: what it is really about."),
    )

    matter = MatterField(initial=SecrecyReview.Matter.ACCESS)
    treaty_ground = TreatyGroundField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if example := self.subject.authority.diary_example:
            self.fields["diary_number"].help_text = _(
                "From the city's diary, such as %(example)s; empty for the next of our"
                " own series."
            ) % {"example": example}
        self.fields["public_subject"].initial = proposed_subject(self.subject)

    def clean_diary_number(self) -> str:
        number = self.cleaned_data["diary_number"].strip()
        taken = SecrecyReview.objects.filter(
            authority=self.subject.authority_id, diary_number=number
        )
        if number and taken.exists():
            raise ValidationError(
                _(
                    "The diary number is already taken. Check it in the diary, or"
                    " leave it empty for the next of our own series."
                )
            )
        return number


# Assigning, declaring, stopping, closing.


class PeopleForm(StepForm):
    """Choosing one of the people who may work a review, with why they are offered."""

    person = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=_("Person"),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("person")
        choice.queryset = candidates(self.subject, self.by)
        choice.label_from_instance = described

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ask_if_away(self)
        return cleaned


class BasisField(forms.CharField):
    """On what basis somebody from another authority acts for this one."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Basis"),
            max_length=200,
            required=False,
            help_text=_(
                "For somebody from another authority: on what basis, such as an"
                " assignment under OSL 2:1."
            ),
        )


class AssignForm(PeopleForm):
    basis = BasisField()
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].label = _("Case officer")
        # Whoever assigns may be the provider's customer.
        self.fields["person"].help_text = _(
            "Choose somebody who does not answer for the provider's services: the"
            " authority is to be objective and impartial (RF 1:9, FL 5)."
        )
        if self.subject.case_officer_id:
            self.fields["reason"].required = True
            choice = self.choice("person")
            choice.queryset = choice.queryset.exclude(pk=self.subject.case_officer_id)


class CoReviewerForm(PeopleForm):
    basis = BasisField()
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("person")
        running = self.subject.assignments.running()
        choice.queryset = choice.queryset.exclude(pk__in=running.values("person"))


class RemoveReviewerForm(StepForm):
    person = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=_("Co-reviewer"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        joined = self.subject.assignments.running().filter(
            kind=Assignment.Kind.CO_REVIEWER
        )
        self.choice("person").queryset = by_name(
            get_user_model().objects.filter(pk__in=joined.values("person"))
        )


class DeclareForm(StepForm):
    warning = _(
        "Anyone with a conflict of interest is excluded from the case at once, and"
        " somebody else takes over (KL 6:28–32)."
    )

    stage = forms.ChoiceField(
        label=_("Stage"), choices=ConflictDeclaration.Stage.choices
    )
    has_conflict = forms.TypedChoiceField(
        label=_("Do you have a conflict of interest?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    ground = ConflictGroundField(required=False)
    text = PlainText(label=_("Account"), required=False, rows=2)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("has_conflict") and not cleaned.get("ground"):
            self.add_error(
                "ground", _("Choose on what ground you have a conflict of interest.")
            )
        return cleaned


class StopForm(StepForm):
    warning = _(
        "The review stops. Nobody can approve the request here any more, and what has"
        " been written can no longer be read. Write nothing about what you suspect;"
        " call the protective-security manager."
    )

    level = forms.ChoiceField(
        label=_("Security-classified information"),
        choices=[
            ("suspected", _("Can not be ruled out")),
            ("yes", _("Occurs")),
        ],
        widget=forms.RadioSelect,
    )


class ReceiveStopForm(EmptyForm):
    warning = _(
        "Whoever stopped it sees that you have it. Judge it outside this system, and"
        " write nothing about it here."
    )


class TakeForm(EmptyForm):
    """Pressed in the list of what is to be done; here by whoever is to be warned."""

    template = "lockbox/assessment/take_form.html"
    warning = _("You become the case officer.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = (Delivery.Status.OPEN, Delivery.Status.CONFIRMED)
        denied = self.subject.access_request.deliveries.filter(
            answer=Delivery.Answer.DENY, status__in=given
        )
        self.is_denied = denied.exists()
        if self.is_denied:
            self.warning = _(
                "You become the case officer. Another authority has already denied the"
                " provider. Your decision does not change that answer."
            )

    def asks_again(self) -> bool:
        return self.is_denied and "warned" not in self.data


class SeeChangeForm(StepForm):
    template = "lockbox/request/see_change_form.html"

    @cached_property
    def change(self) -> Change | None:
        return change_of(self.by, self.subject, self.relation)


class CloseForm(StepForm):
    template = "lockbox/review/close_form.html"

    reason = forms.CharField(label=_("Closing note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if any(row.needs_reason for row in self.left_open):
            field = self.fields["reason"]
            field.label = _("Why it is closed although this is still open")
            field.required = True

    @cached_property
    def left_open(self) -> list[OpenMatter]:
        return left_open(self.subject)


# To which authority: routing, and handing over to another.


class RouteForm(StepForm):
    """To which authority the objects belong; for one object, also into the map."""

    warning = _("The authority that keeps what is in the object decides (OSL 6:2).")

    objects = forms.ModelMultipleChoiceField(
        RequestedObject.objects.none(),
        label=_("Objects"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    branch = forms.ModelChoiceField(
        SecrecyBranch.objects.none(), label=_("Branch of activity"), required=False
    )
    system = forms.ModelChoiceField(
        CloudSystem.objects.none(),
        label=_("Remember it in the map: system"),
        required=False,
        help_text=_("With kind and designation, the next request routes itself."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", "—"), *CloudObject.Kind.choices], required=False
    )
    designation = forms.CharField(
        label=_("Designation"),
        max_length=40,
        required=False,
        help_text=_("A name that reveals nothing, such as O-17."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_served(self, self.subject.connection)
        loose = self.subject.requested_objects.unrouted()
        chosen = self.choice("objects")
        chosen.queryset = loose
        waiting = list(loose)
        chosen.initial = waiting
        chosen.choices = [(row.pk, row.external_id) for row in waiting]
        if not waiting:
            for name in ("objects", "system", "kind", "designation"):
                del self.fields[name]
        else:
            self.choice("system").queryset = by_name(
                CloudSystem.objects.filter(connection=self.subject.connection_id)
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _branch_of_its_authority(self, cleaned)
        names = [
            name for name in ("system", "kind", "designation") if cleaned.get(name)
        ]
        if names and len(names) < 3:
            self.add_error(
                names[0], _("The map needs system, kind and designation together.")
            )
        if names and len(cleaned.get("objects") or ()) != 1:
            self.add_error("objects", _("Choose one object to enter it in the map."))
        return cleaned


def _offer_served(form: StepForm, connection: Connection) -> None:
    """The authorities whose objects may lie in the connection, and their branches."""
    served = Authority.objects.filter(served_by(connection))
    form.choice("authority").queryset = by_name(served)
    branches = SecrecyBranch.objects.filter(authority__in=served)
    form.choice("branch").queryset = by_name(branches.select_related("authority"))


def _branch_of_its_authority(
    form: forms.Form, cleaned: dict[str, Any]
) -> dict[str, Any]:
    branch, authority = cleaned.get("branch"), cleaned.get("authority")
    if branch and authority and branch.authority_id != authority.pk:
        form.add_error(
            "branch",
            _(
                "The branch belongs to another authority: choose one of the authority"
                " above, or none."
            ),
        )
    return cleaned


class RerouteForm(StepForm):
    warning = _(
        "The review stays in this authority's register as handed over; the other"
        " authority gets its own. Access to the content goes with it."
    )

    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=_("Right authority")
    )
    branch = forms.ModelChoiceField(
        SecrecyBranch.objects.none(), label=_("Branch of activity"), required=False
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_served(self, self.subject.access_request.connection)

    def clean(self) -> dict[str, Any]:
        return _branch_of_its_authority(self, super().clean() or {})


# Stopping a case by its number or a link, without reading it.

Status = SecrecyReview.Status


class StopByNumberForm(StopForm):
    is_secret = True
    warning = _(
        "The case stops. Nobody can approve its request any more, access that runs is"
        " taken back, and what has been written can no longer be read. Write nothing"
        " about what you suspect."
    )

    case = forms.CharField(
        label=_("Case"),
        max_length=300,
        help_text=_("Its number, the provider's number, or a link to it."),
    )
    field_order = ("case", "level")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reviews: list[SecrecyReview] = []

    def clean_case(self) -> str:
        """What is stopped already needs no second stop, and what is over no stop."""
        text: str = self.cleaned_data["case"]
        named = list(reviews_named(text, self.by))
        if not named:
            raise ValidationError(_("No case that you may stop has this number."))
        self.reviews = [row for row in named if row.status in stop.starts_from]
        if not self.reviews:
            states = {f"{row}: {row.get_status_display().lower()}" for row in named}
            raise ValidationError(
                _("It can not be stopped now. %(states)s."),
                params={"states": "; ".join(sorted(states))},
            )
        return text

    def step_fields(self) -> dict[str, Any]:
        return {"reviews": self.reviews, "level": self.cleaned_data["level"]}
