"""The forms of intake: access request, arrival, case file, case number, dialogue,
merging, names, narrowing, request terms, revised request and withdrawal."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Q, Value, When
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.cases.intake.models.file import Message
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import (
    grants_visible_to,
    readable_by,
    requests_readable_by,
    requests_visible_to,
)
from requests_app.cases.intake.selectors import first_line, objects_meant, system_of
from requests_app.cases.review.rights.involvement import (
    connections_beside,
    narrowed_by,
    registered_by,
)
from requests_app.core.fields import key_in_array
from requests_app.core.forms import (
    CountrySelect,
    MomentField,
    PlainText,
    ProofField,
    StepForm,
    this_minute,
)
from requests_app.core.people.models import Role
from requests_app.core.people.rights import authorities_of
from requests_app.core.queue import url
from requests_app.core.uploads import ENDINGS, LARGEST_FILE, type_of
from requests_app.core.words.texts import minutes_in_words, moment_in_words, names_in
from requests_app.providers import registry
from requests_app.providers.application import (
    LINES,
    MOST_OBJECTS,
    TERM,
    Application,
    Term,
    plain_terms,
)
from requests_app.registers.models.cloud import Connection

# What a provider asks for, as somebody types it.

IN_THE_MAP = _("Empty: the system in which the map has the objects.")
NOT_IN_THE_MAP = _("Write it: the map does not tell in which system the objects are.")


class SentAtField(MomentField):
    """When the provider sent it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "label": _("Sent by the provider"),
            "initial": this_minute,
            **kwargs,
        }
        super().__init__(**kwargs)

    def clean(self, value: Any) -> datetime | None:
        at = super().clean(value)
        if at is not None and at > acting.now() + timedelta(minutes=5):
            raise ValidationError(
                _(
                    "The time lies in the future: write when the provider sent the"
                    " request."
                )
            )
        return at


def line_field(term: Term, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=capfirst(term.label),
        max_length=term.longest,
        required=False,
        **options,
    )


class TermsForm(StepForm):
    """The terms of a request; which connection and number, those who inherit say."""

    service = line_field(TERM["service"], help_text=IN_THE_MAP)
    object_ids = PlainText(
        label=_("Objects"),
        rows=2,
        longest=1000,
        required=False,
        help_text=_(
            "Mailbox, site or resource, one to a line; our own designations, such as"
            " O-17, will do. Empty if not told."
        ),
    )
    justification = PlainText(label=_("What the provider wants, and why"), rows=4)
    hours = forms.DecimalField(
        label=_("Access asked for (hours)"),
        min_value=0,
        max_value=24 * 365,
        decimal_places=2,
        required=False,
    )
    engineer_country = forms.CharField(
        label=_("Country of the engineer"),
        max_length=2,
        required=False,
        widget=CountrySelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for term in LINES:
            self.fields.setdefault(term.name, line_field(term))

    @property
    def came_by(self) -> Connection | None:
        """Where it came from, as far as the form knows yet."""
        return self.subject.connection

    @property
    def number(self) -> str:
        return self.subject.external_id

    @property
    def sent_at(self) -> datetime | None:
        return self.subject.requested_at

    def clean_engineer_country(self) -> str:
        country = self.cleaned_data["engineer_country"].strip().upper()
        if country and not (len(country) == 2 and country.isalpha()):
            raise ValidationError(_("Write two letters, such as SE."))
        return country

    def clean_object_ids(self) -> str:
        text = self.cleaned_data["object_ids"]
        if len(text.splitlines()) > MOST_OBJECTS:
            raise ValidationError(
                _(
                    "Write at most %(most)s objects; split the request if there are"
                    " more."
                ),
                params={"most": MOST_OBJECTS},
            )
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if trouble := self._trouble_with_hours(cleaned.get("hours")):
            self.add_error("hours", trouble)
        if self.came_by is not None and "object_ids" in cleaned:
            self._refuse_ambiguous()
        if not cleaned.get("service") and "service" not in self.errors:
            cleaned["service"] = self._service_in_the_map()
        return cleaned

    def _service_in_the_map(self) -> str:
        """Nobody types what the objects tell."""
        is_known = self.came_by is not None and "object_ids" not in self.errors
        service = system_of(self.came_by, self._objects[0]) if is_known else ""
        if not service:
            self.add_error("service", NOT_IN_THE_MAP)
        return service

    def _trouble_with_hours(self, hours: Any) -> Any:
        if hours == 0:
            return _(
                "Write more than 0 hours; leave it empty if the provider has not told."
            )
        product = self.came_by and self.came_by.product
        if not (hours and product and product.access_minutes):
            return ""
        if hours * 60 <= product.access_minutes:
            return ""
        return _("%(product)s gives at most %(length)s: look in the portal again.") % {
            "product": product.name,
            "length": minutes_in_words(product.access_minutes),
        }

    def _refuse_ambiguous(self) -> None:
        _names, ambiguous = self._objects
        if ambiguous:
            self.add_error(
                "object_ids",
                _(
                    "More than one object is called %(names)s: write it as the"
                    " provider does."
                )
                % {"names": ", ".join(ambiguous)},
            )

    @cached_property
    def _objects(self) -> tuple[list[str], list[str]]:
        lines = self.cleaned_data["object_ids"].splitlines()
        typed = [line.strip() for line in lines]
        return objects_meant(self.came_by, [line for line in typed if line])

    @property
    def application(self) -> Application:
        cleaned = self.cleaned_data
        return Application(
            external_id=self.number,
            justification=cleaned["justification"],
            duration_minutes=round(cleaned["hours"] * 60) if cleaned["hours"] else None,
            object_ids=tuple(self._objects[0]),
            requested_at=self.sent_at,
            engineer_country=cleaned["engineer_country"],
            **{term.name: cleaned[term.name] for term in LINES},
        )

    @property
    def payload(self) -> bytes:
        """What was typed, as the thing that arrived."""
        typed = {name: str(value) for name, value in self.cleaned_data.items()}
        return json.dumps(typed, ensure_ascii=False).encode()


# Typing in a request; correcting what was typed; what the provider changed later.

Status = AccessRequest.Status
# Nothing of these can be extended, whatever was decided.
WITHOUT_ACCESS = (
    *(Status.LAPSED, Status.WITHDRAWN, Status.ELSEWHERE, Status.MERGED),
    Status.ANSWERED,
)


class NumberField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Request number"),
            max_length=200,
            help_text=_("As the portal shows it, such as EXSR123456."),
        )


class NumberedForm(TermsForm):
    """Where number and time are typed as well."""

    external_id = NumberField()
    requested_at = SentAtField()

    @property
    def number(self) -> str:
        return self.cleaned_data["external_id"]

    @property
    def sent_at(self) -> Any:
        return self.cleaned_data["requested_at"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._refuse_known_number(cleaned.get("external_id"))
        self._refuse_odd_number(cleaned.get("external_id"))
        return cleaned

    def _refuse_odd_number(self, number: str | None) -> None:
        """Where a machine goes by it, it must lead somewhere."""
        can = self.came_by.product.abilities if self.came_by else None
        if not number or can is None or not can.number_pattern:
            return
        if not re.fullmatch(can.number_pattern, number):
            self.add_error("external_id", can.number_help)

    def _refuse_known_number(self, number: str | None) -> None:
        if not number or self.came_by is None:
            return
        known = AccessRequest.objects.numbered(self.came_by, number).first()
        if known is not None and known != self.subject:
            self.add_error("external_id", self._entered_already(known))

    def _entered_already(self, known: AccessRequest) -> str:
        """With a link, for whoever may see the case."""
        visible = requests_visible_to(self.by)
        if not visible.filter(pk=known.pk).exists():
            return gettext("A request with this number has been entered already.")
        return format_html(
            '{} <a href="{}">{}</a>',
            gettext("A request with this number has been entered already:"),
            url("accessrequest_change", known.pk),
            known,
        )


class FromPortal(StepForm):
    """What somebody typed it from."""

    portal_text = PlainText(
        label=_("What the portal's page says"),
        rows=2,
        required=False,
        help_text=_("Copy the page and paste it here: it is kept as it was."),
    )
    picture = ProofField(label=_("Picture of the portal"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("portal_text", "picture"):
            self.fields[name] = self.fields.pop(name)


class ManualRequestForm(FromPortal, NumberedForm):
    """A request as the provider's portal shows it, typed in under a minute."""

    field_order = (
        "connection",
        "external_id",
        "service",
        "object_ids",
        "justification",
        "requested_at",
    )

    connection = forms.ModelChoiceField(
        Connection.objects.none(), label=_("Provider"), empty_label=None
    )
    extends = forms.CharField(
        label=_("Extends request"),
        max_length=200,
        required=False,
        help_text=_("Its number, where more time is asked for of an access."),
    )
    recorded_afterwards = forms.CharField(
        label=_("Recorded afterwards because"),
        max_length=500,
        required=False,
        help_text=_("Needed when the deadline has passed or it came over a day ago."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        runs = authorities_of(self.by, Role.REGISTRAR, Role.EXECUTOR)
        # Products without an interface come first: they are typed in most.
        machines = registry.names(lambda can: can.can_be_polled or can.can_call_us)
        self.choice("connection").queryset = (
            Connection.objects.filter(authority__in=runs, is_active=True)
            .select_related("product")
            .alias(comes_by_machine=Q(product__channel__in=machines))
            .order_by("comes_by_machine", "product__name", "name")
        )

    @property
    def may_register(self) -> bool:
        return bool(authorities_of(self.by, Role.REGISTRAR))

    @property
    def came_by(self) -> Connection | None:
        return self.cleaned_data.get("connection")

    @property
    def application(self) -> Application:
        return replace(super().application, extends=self.cleaned_data["extends"])

    def clean_extends(self) -> str:
        """The number of the request that is extended: one that gave access, and that
        the person may see."""
        number: str = self.cleaned_data["extends"].strip()
        if not number or self.came_by is None:
            return number
        numbered = AccessRequest.objects.numbered(self.came_by, number)
        seen = Q(pk__in=requests_visible_to(self.by).values("pk"))
        answered = grants_visible_to(self.by).values("access_request")
        extended = numbered.filter(seen | Q(pk__in=answered)).first()
        if extended is None:
            raise ValidationError(
                _("No request that you may see has this number at the provider.")
            )
        if extended.status in WITHOUT_ACCESS:
            raise ValidationError(
                _("It gave no access that can be extended: %(status)s."),
                params={"status": extended.get_status_display().lower()},
            )
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._ask_why_afterwards(cleaned)
        return cleaned

    def _ask_why_afterwards(self, cleaned: dict[str, Any]) -> None:
        at = cleaned.get("requested_at")
        if self.came_by is None or cleaned.get("recorded_afterwards"):
            return
        if not self.came_by.product.has_approval:
            self.add_error(
                "recorded_afterwards",
                _(
                    "No approval exists for this product: nobody waits for an answer."
                    " Say what is known, such as a demand or an access that has been."
                ),
            )
            return
        if at is None:
            return
        minutes = self.came_by.product.answer_minutes
        late = at + timedelta(minutes=minutes or 24 * 60) < acting.now()
        if late or at + timedelta(days=1) < acting.now():
            self.add_error(
                "recorded_afterwards",
                _("The answer deadline has passed: say why it is recorded afterwards."),
            )


# Dealing with what could not be taken in.


class HandleArrivalForm(StepForm):
    note_text = forms.CharField(label=_("What was done"), max_length=300)


class ConfirmMailForm(StepForm):
    warning = _(
        "Anybody can write that a mail is from the provider. Look for the number in the"
        " provider's portal: if it is not there, somebody is trying to have you act."
        " The clock of the request began when the mail was sent."
    )
    reason = forms.CharField(label=_("How you know that it is genuine"), max_length=300)

    def particulars(self) -> list[tuple[Any, Any]]:
        mail = self.subject.mail
        rows = [(_("request number"), mail.number)]
        return rows + [(_("support case"), mail.support_case)] * bool(mail.support_case)


# File notes and attachments.

LONGEST_NAME = 200


class FileNoteForm(StepForm):
    warning = _("A note stays as it is written: what is wrong is noted in another.")

    text = PlainText(label=_("What was learnt"), rows=5)
    source = forms.CharField(
        label=_("From whom"),
        max_length=200,
        required=False,
        help_text=_("Name, title and how: by telephone, at a meeting."),
    )
    happened_at = MomentField(label=_("When it happened"), initial=this_minute)


class AttachForm(StepForm):
    title = forms.CharField(label=_("What it is"), max_length=200)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "PDF, PNG, JPEG, text (txt, log, csv), Word (docx), Excel (xlsx) or mail"
            " (eml, msg), at most 25 MB."
        ),
    )

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(
                _(
                    "The file is larger than 25 MB and has not been kept. Divide it, or"
                    " note where it is stored."
                )
            )
        kind = type_of(file.name, file.read())
        file.seek(0)
        if kind is None:
            raise ValidationError(
                _("This kind of file is not taken. Save it as one of those named.")
            )
        if not kind.fits:
            raise ValidationError(
                _(
                    "The ending of the file does not fit what is in it, which is of the"
                    " kind %(kind)s. Check that it is the right file."
                ),
                params={
                    "kind": ", ".join(f".{end}" for end in ENDINGS[kind.media_type])
                },
            )
        file.content_type = kind.media_type
        file.name = _short(file.name)
        return file


def _short(name: str) -> str:
    """The name with its ending, as long as there is room for."""
    clean = "".join(char for char in name if char.isprintable())
    ending = PurePath(clean).suffix
    return clean[: LONGEST_NAME - len(ending)].removesuffix(ending) + ending


# A case, by the registration number that somebody types.

# The same whether the case does not exist or is none that the person may know of.
NO_CASE = _("No case that you read at this authority has that number.")


def case_numbered(
    by: Any, authority: int, number: str, sentence: Any = NO_CASE
) -> SecrecyReview:
    """Raises ValidationError with the sentence where the person reads no such case."""
    rows = readable_by(by).filter(authority=authority, diary_number=number.strip())
    case = rows.first()
    if case is None:
        raise ValidationError(sentence)
    return case


# Questions to the provider, and answers that came by other ways.


class AskForm(StepForm):
    text = PlainText(label=_("Question to the provider"), rows=4)

    @property
    def warning(self) -> Any:
        access_request = self.subject.access_request
        is_called = access_request.connection.product.abilities.can_call_us
        if is_called or access_request.is_asked:
            return _("The provider reads it. It must not reveal what is secret.")
        return _(
            "The product has no way to ask: the question stands on the case as text to"
            " copy into the support case. It must not reveal what is secret."
        )


class RecordAnswerForm(StepForm):
    question = forms.ModelChoiceField(
        Message.objects.none(), label=_("Question"), empty_label=None
    )
    text = PlainText(label=_("What the provider answered, when and by whom"), rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("question")
        choice.queryset = self.subject.messages.filter(
            from_provider=False
        ).select_related("text")
        choice.label_from_instance = lambda message: message.text.text[:80]


# Which of two is the double.


class MergeForm(StepForm):
    into = forms.ModelChoiceField(
        AccessRequest.objects.none(),
        label=_("The request to keep"),
        help_text=_("Requests of the same connection that still wait for an answer."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("into")
        # What still waits is little, and leads; then it is asked who reads it.
        waiting = (
            registered_by(self.by)
            .filter(
                connection=self.subject.connection_id, status__in=AccessRequest.AWAITING
            )
            .exclude(pk=self.subject.pk)
        )
        choice.queryset = (
            requests_readable_by(self.by)
            .filter(key_in_array("pk", waiting.order_by().values("pk")))
            .select_related("justification")
            .order_by("-received_at")
        )
        choice.label_from_instance = _told_apart


def _told_apart(request: AccessRequest) -> str:
    """What tells one request from its double: number, day, what is wanted, status."""
    received = moment_in_words(request.received_at)
    status = request.get_status_display()
    return f"{request} · {received} · {first_line(request)} · {status}"


# A text that others read may hold what looks like a name: whoever types it says once
# that it is nobody's.

TICK = "names_nobody"


def names_of_nobody(review: SecrecyReview) -> list[str]:
    """What looks like names about a review, and is none of a person: the authority's,
    the provider's and its product's."""
    product = review.access_request.connection.product
    return [product.name, product.provider.name, review.authority.name]


class NamesNobodyForm(StepForm):
    """The tick is shown below the text only where it is needed, and holds for the text
    that it was ticked for."""

    def known_names(self) -> Iterable[str]:
        return names_of_nobody(self.subject)

    def refuse_names(self, field: str, text: str, label: Any) -> None:
        """Raise ValidationError where something looks like a name, until that is
        ticked to be nobody's."""
        names = names_in(text, self.known_names())
        if not names:
            return
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        self._ask_whether_named(field, label, digest)
        if self.data.get(TICK) != digest:
            raise ValidationError(
                _(
                    "“%(name)s” looks like a name, which others would read. Take it"
                    " out, or tick below that it names no person."
                ),
                params={"name": ", ".join(dict.fromkeys(names))},
            )

    def _ask_whether_named(self, field: str, label: Any, digest: str) -> None:
        tick = forms.BooleanField(
            label=label,
            required=False,
            widget=forms.CheckboxInput(attrs={"value": digest}),
        )
        # A new table: the fields are gone through at this moment.
        fields = {}
        for name, other in self.fields.items():
            fields[name] = other
            if name == field:
                fields[TICK] = tick
        self.fields = fields


# Which request is narrower than which; what the support case needs.


class LinkNarrowerForm(StepForm):
    warning = _(
        "It is reviewed like any other: the link says only which request it came after."
    )
    earlier = forms.ModelChoiceField(
        AccessRequest.objects.none(),
        label=_("The earlier request"),
        help_text=_("Of the same connection; those of the same support case first."),
    )
    reason = forms.CharField(label=_("How you know"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = self.subject.support_case
        same = When(support_case=case, then=Value(0)) if case else When(pk=None)
        order = Case(same, default=Value(1)) if case else Value(1)
        choice = self.choice("earlier")
        choice.queryset = (
            narrowed_by(self.by, self.subject)
            .select_related("justification")
            .order_by(order, "-received_at")
        )
        choice.label_from_instance = _narrowing_told_apart


def _narrowing_told_apart(request: AccessRequest) -> str:
    case = f" · {request.support_case}" if request.support_case else ""
    received = moment_in_words(request.received_at)
    return f"{request}{case} · {received} · {first_line(request)}"


class NeedForm(StepForm):
    """What the support case needs: typed, or taken from what the provider said."""

    warning = _(
        "It stands beside what is asked for, and is drafted into an invitation to ask"
        " for less: it must not reveal what is secret."
    )
    own = ("message",)

    message = forms.ModelChoiceField(
        Message.objects.none(),
        label=_("Taken from the dialogue"),
        required=False,
        empty_label=_("No: as typed below"),
    )
    text = PlainText(
        label=_("What the support case needs"),
        rows=4,
        required=False,
        help_text=_("Empty: the provider's message as it is."),
    )
    source = forms.CharField(
        label=_("From where you know"),
        max_length=200,
        required=False,
        help_text=_(
            "The support case, a person, a log. Empty: the provider's message."
        ),
    )
    happened_at = MomentField(label=_("When it was learnt"), initial=this_minute)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.choice("message")
        messages = self.subject.access_request.messages.filter(from_provider=True)
        of_it = messages.filter(review=self.subject) | messages.filter(review=None)
        choice.queryset = of_it.select_related("text").order_by("-pk")
        choice.label_from_instance = _message_label

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        message = cleaned.get("message")
        if message is not None:
            cleaned["text"] = cleaned.get("text") or message.text.text
            at = moment_in_words(message.said_at)
            taken = gettext("the provider's message of %(at)s") % {"at": at}
            cleaned["source"] = cleaned.get("source") or taken
            return cleaned
        for name in ("text", "source"):
            if not cleaned.get(name) and name not in self.errors:
                text = _("Say it here, or choose a message of the provider.")
                self.add_error(name, ValidationError(text))
        return cleaned


def _message_label(message: Message) -> str:
    return f"{moment_in_words(message.said_at)}: {message.text.text[:80]}"


# Correcting what was typed, completing what came, and what the provider changed.


def terms_of(request: AccessRequest) -> dict[str, Any]:
    """The terms that stand, as they would be typed."""
    names = request.requested_objects.still_named().order_by("pk")
    minutes = request.duration_minutes
    return {
        "external_id": request.external_id,
        "object_ids": "\n".join(names.values_list("external_id", flat=True)),
        "justification": request.justification.text if request.justification else "",
        "requested_at": request.requested_at,
        "hours": f"{minutes / 60:.2f}".rstrip("0").rstrip(".") if minutes else None,
        **plain_terms(request),
    }


class RevisedTerms(StepForm):
    """What a form hands to a step that revises a request. It begins with what is."""

    def __init__(self, *args: Any, subject: AccessRequest, **kwargs: Any) -> None:
        kwargs["initial"] = terms_of(subject)
        super().__init__(*args, subject=subject, **kwargs)

    def step_fields(self) -> dict[str, Any]:
        form: Any = self  # the terms come with whoever inherits both
        return {
            "application": form.application,
            "payload": form.payload,
            "reason": self.cleaned_data["reason"],
        }


class CorrectEntryForm(RevisedTerms, NumberedForm):
    warning = _(
        "What was typed wrong is corrected here, and kept as it was in a revision of"
        " its own. What the provider has changed is another step."
    )
    reason = PlainText(label=_("What was wrong, and how you know"), rows=2)


class CompleteNoticeForm(RevisedTerms, FromPortal, TermsForm):
    warning = _(
        "The notice told the number and when it was sent. Write the rest as the"
        " provider's portal shows it."
    )

    def step_fields(self) -> dict[str, Any]:
        return {
            "application": self.application,
            "payload": self.payload,
            "picture": self.cleaned_data["picture"],
        }


class JoinAuditIdForm(StepForm):
    warning = _(
        "Portal, support case and audit log each call it otherwise, and nothing tells"
        " by itself that they mean the same. Join them where you have seen it."
    )
    audit_id = forms.UUIDField(
        label=_("Id in the provider's audit log"),
        help_text=_("As the log has it, such as 3f0c…: 32 digits and letters a to f."),
    )
    reason = forms.CharField(
        label=_("How you know that it is this request"), max_length=300
    )

    def clean_audit_id(self) -> str:
        return str(self.cleaned_data["audit_id"])


class ChangedByProviderForm(RevisedTerms, TermsForm):
    warning = _(
        "A proposal goes back to the assessment, and an answer not yet given waits for"
        " a new decision."
    )
    reason = PlainText(label=_("When and how the provider told of the change"), rows=2)


class MoveForm(StepForm):
    warning = _(
        "The request is answered on the connection that it stands on, by its clock. Its"
        " objects are looked for in the register of the one that you choose."
    )
    connection = forms.ModelChoiceField(Connection.objects.none(), label=_("Provider"))
    reason = forms.CharField(label=_("How you know"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = connections_beside(self.subject)
        self.choice("connection").queryset = others.select_related("product")


# The provider withdraws its request.


class WithdrawForm(StepForm):
    warning = _(
        "Each open review gets a proposal to strike it off, which a decision-maker"
        " decides. Nothing is answered to the provider."
    )
    reason = PlainText(label=_("How the provider withdrew, or what solved it"), rows=3)
