"""Sign in: account backend, brakes, change password, forms, hasher, one time code,
password form, password page, password rule, second factor, session store, sessions,
signals and tried name."""

import hashlib
import hmac
import logging
import math
import re
import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError, VerifyMismatchError
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model, signals
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import (
    INTERNAL_RESET_SESSION_TOKEN,
    PasswordResetConfirmView,
)
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pyotp.utils import strings_equal

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.ledger import Kind, record, record_refusal
from audit_app.models import LedgerEntry
from audit_app.queries import Prewritten
from lockbox_site.models import SecondFactor, SignInBrake, User
from requests_app.core.drafts import asks_by_itself
from requests_app.core.people.rights import account_with_roles
from requests_app.organisation.steps import LINKS, choose_password
from requests_app.providers.secrets import WrongKey, seal, unseal

# Who a session belongs to, and as what: read at once.


class AccountBackend(ModelBackend):
    def get_user(self, user_id: int) -> Any:
        user = account_with_roles(user_id)
        return user if user and self.user_can_authenticate(user) else None


# Brakes on signing in: growing pauses for a name from an address, a name, an address.
#
# A try is counted before the password is looked at, so that many at once count as many.
# A try in a pause is not looked at and does not lengthen it: nobody is locked out for
# good. A browser that the person has signed in with before has a brake of its own, and
# waits for nobody else's tries. What is known of accounts plays no part, so the pauses
# tell nothing of them. Why not a package: docs/decisions/deployment.md

COOKIE = "signed_in_before"
COOKIE_AGE = 180 * 24 * 60 * 60
# After so long without a try, all is as it was.
FORGOTTEN = timedelta(hours=1)


@dataclass(frozen=True)
class Limit:
    """So many tries without a pause; then one that doubles, up to the longest."""

    free: int
    longest: timedelta

    def pause(self, tries: int) -> timedelta:
        if tries < self.free:
            return timedelta()
        doubled = timedelta(seconds=2 ** min(tries - self.free + 2, 20))
        return min(doubled, self.longest)


LIMITS = {
    "browser": Limit(5, timedelta(minutes=15)),
    "pair": Limit(5, timedelta(minutes=15)),
    "name": Limit(20, timedelta(minutes=5)),
    "address": Limit(50, timedelta(minutes=5)),
}


def take_a_try(request: HttpRequest, name: str) -> timedelta:
    """Count a try, and return nothing to wait; or how long to wait, and count none."""
    now = acting.now()
    with transaction.atomic():
        rows = [
            (LIMITS[kind], _row(key, now))
            for kind, key in sorted(_keys(request, name).items())
        ]
        wait = max(row.free_at - now for _limit, row in rows)
        if wait > timedelta():
            return wait
        for limit, row in rows:
            row.tries = 1 if now - row.last_at > FORGOTTEN else row.tries + 1
            row.last_at, row.free_at = now, now + limit.pause(row.tries)
            row.save()
    return timedelta()


def release(request: HttpRequest, name: str) -> None:
    """The right password: what was tried for this name from here was the person's own;
    for the others this try was none. What is old goes."""
    now = acting.now()
    with transaction.atomic():
        for kind, key in sorted(_keys(request, name).items()):
            row = _row(key, now)
            row.tries = 0 if kind in ("browser", "pair") else max(row.tries - 1, 0)
            row.free_at = now
            row.save()
    SignInBrake.objects.filter(last_at__lt=now - FORGOTTEN).delete()


def too_many_tries(wait: timedelta) -> HttpResponse:
    """What is answered in a pause: when to try again, and nothing else."""
    seconds = math.ceil(wait.total_seconds())
    return HttpResponse(
        status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(seconds)}
    )


def remember(response: HttpResponse, name: str) -> None:
    """Let this browser be known as one that the person has signed in with."""
    response.set_signed_cookie(
        COOKIE,
        f"{_digest('known', _same(name))}{secrets.token_hex(8)}",
        salt=COOKIE,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _row(key: str, now: datetime) -> SignInBrake:
    rows = SignInBrake.objects.select_for_update()
    values = {"last_at": now, "free_at": now}
    return rows.get_or_create(key=key, defaults=values)[0]


def _keys(request: HttpRequest, name: str) -> dict[str, str]:
    """What the try counts for. A known browser counts for itself alone, and so does an
    address that tries no name, as machines do."""
    name, address = _same(name), client_address(request)
    if not name:
        return {"pair": _digest("pair", address, "")}
    if (browser := _known_browser(request, name)) is not None:
        return {"browser": _digest("browser", browser, name)}
    return {
        "pair": _digest("pair", address, name),
        "name": _digest("name", name),
        "address": _digest("address", address),
    }


def _known_browser(request: HttpRequest, name: str) -> str | None:
    """The cookie names the person under our signature, in a digest."""
    cookie = request.get_signed_cookie(COOKIE, "", salt=COOKIE) or ""
    return cookie if cookie.startswith(_digest("known", name)) else None


def _same(name: str) -> str:
    return name.strip().casefold()


def client_address(request: HttpRequest) -> str:
    """The last address named is the one that our own proxy saw."""
    if settings.SECURE_PROXY_SSL_HEADER is not None:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded:
            return forwarded.rpartition(",")[2].strip()
    return request.META.get("REMOTE_ADDR", "")


def _digest(*parts: str) -> str:
    key, text = str(settings.SECRET_KEY).encode(), "\0".join(parts).encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()


# The field in which people type a one-time code.


class OneTimeCodeField(forms.CharField):
    def __init__(self, **more: Any) -> None:
        attributes = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        widget = forms.TextInput(attrs=attributes)
        super().__init__(max_length=6, widget=widget, **more)


# One-time codes (RFC 6238) for local accounts, where people else sign in through the
# identity provider. The secret is sealed with the installation's key, and each code is
# good once.

# Seconds that a code stands for, and how many codes before and after it will do.
STEP = 30
NEAR = 1


def new_secret() -> str:
    return pyotp.random_base32()


def address(person: User, secret: str) -> str:
    """What an app for one-time codes takes in."""
    codes = pyotp.TOTP(secret, name=person.username, issuer="Lockbox")
    return codes.provisioning_uri()


def fits(secret: str, code: str) -> int | None:
    """The step whose code it is, or None."""
    now = int(time.time()) // STEP
    for step in range(now - NEAR, now + NEAR + 1):
        if strings_equal(pyotp.HOTP(secret).at(step), code):
            return step
    return None


def register(person: User, secret: str) -> None:
    """From now on this app is the person's, and no earlier one."""
    values = {"secret": seal(secret), "last_step": 0}
    with acting_as(person):
        SecondFactor.objects.update_or_create(person=person, defaults=values)
        record("user.second_factor_registered", by=person, on=person, kind=Kind.AUTH)


def accepts(person: User, code: str) -> bool:
    """Is it a code of the person's app that has not been used?"""
    with transaction.atomic():
        rows = SecondFactor.objects.select_for_update(of=("self",))
        row = rows.filter(person=person).first()
        if row is None:
            return False
        try:
            step = fits(unseal(row.secret), code)
        except WrongKey:
            return False
        if step is None or step <= row.last_step:
            return False
        row.last_step = step
        with acting_as(person):
            row.save(update_fields=["last_step"])
    return True


# How long somebody is signed in: eight hours, and a quarter of an hour without a sign
# of them; and when they last said who they are.
#
# All in seconds, kept in the session, so that each browser has its own.

# A session is written anew no more often than this.
SELDOM = 60


def begin(request: HttpRequest, last: datetime | None = None) -> None:
    """Somebody has just signed in, and was last here then."""
    request.session["last_here"] = last.isoformat() if last else ""
    request.session["begun_at"] = int(time.time())
    identify(request)
    prolong(request)


def last_here(request: HttpRequest) -> datetime | None:
    """When the person last did something before they signed in; None where never."""
    last = request.session.get("last_here", "")
    return datetime.fromisoformat(last) if last else None


def identify(request: HttpRequest, at: int | None = None) -> None:
    """Somebody has said who they are: just now, or when their provider says, which may
    have another clock, and is not believed about what is to come."""
    now = int(time.time())
    request.session["identified_at"] = now if at is None else min(at, now)


def prolong(request: HttpRequest) -> int:
    """There is a sign of the person: until when they are signed in now."""
    ends_at = min(int(time.time()) + settings.SESSION_IDLE, last_moment(request))
    request.session["ends_at"] = ends_at
    return ends_at


def last_moment(request: HttpRequest) -> int:
    """Nobody is signed in for longer, whatever they do."""
    return request.session.get("begun_at", 0) + settings.SESSION_COOKIE_AGE


class SessionEndMiddleware:
    """Ends a session whose time is over; the admin site keeps what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            left = request.session.get("ends_at", 0) - time.time()
            if left <= 0:
                record(
                    "user.session_ended",
                    by=request.user,
                    on=request.user,
                    kind=Kind.AUTH,
                )
                request.session.flush()
                request.user = AnonymousUser()
            elif left < settings.SESSION_IDLE - SELDOM and not asks_by_itself(request):
                prolong(request)
        return self.get_response(request)


# A name by which somebody tried to get in, at whichever door, as the ledger has it.

# Hexadecimal digits of the digest: as many whatever the text, and the same in the guard
# (audit_app/guards/ledger.sql).
DIGITS = 16


def tried_name(name: str, account: Any) -> dict[str, Any]:
    """The account's name, where it is one's. Any other text may be a password that was
    typed in the wrong box: of that its first letter is told, and a digest under the
    key of the installation, by which tries with the same text are seen to be the same.
    """
    if account is not None:
        return {"username": account.get_username(), "is_account": True}
    text = unicodedata.normalize("NFKC", name).strip().casefold()
    if not text:
        return {"is_account": False}
    first = text[0] if text[0].isalnum() else ""
    typed = text.encode(errors="replace")
    digest = salted_hmac("lockbox tried name", typed, algorithm="sha256").hexdigest()
    return {"is_account": False, "tried": {"first": first, "digest": digest[:DIGITS]}}


# Sign-ins, sign-outs and failed attempts go to the ledger.

# Programs that shut out who guesses read these lines (deploy/fail2ban).
log = logging.getLogger(__name__)


def connect() -> None:
    signals.user_logged_in.connect(_signed_in, dispatch_uid="ledger")
    signals.user_logged_out.connect(_signed_out, dispatch_uid="ledger")
    signals.user_login_failed.connect(_refused, dispatch_uid="ledger")


def _signed_in(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    address, last = client_address(request), _last_line(user)
    record("user.signed_in", by=user, on=user, kind=Kind.AUTH, address=address)
    begin(request, last)
    if settings.IDENTITY_PROVIDERS and not user.identity:
        _broke_glass(user)


def _last_line(user: Any) -> datetime | None:
    """When the person last did something."""
    lines = LedgerEntry.objects.filter(actor_id=user.pk).order_by("-at", "-id")
    return lines.values_list("at", flat=True).first()


def _broke_glass(user: Any) -> None:
    """Somebody got in past the identity provider: those in charge are to know."""
    with acting_as(user):
        user.broke_glass_at = acting.now()
        user.save(update_fields=["broke_glass_at"])
        record("user.broke_glass", by=user, on=user, kind=Kind.AUTH)


def _signed_out(sender: Any, request: Any, user: Any, **_kwargs: Any) -> None:
    if user is not None:
        record("user.signed_out", by=user, on=user, kind=Kind.AUTH)


def _refused(sender: Any, credentials: Any, request: Any, **_kwargs: Any) -> None:
    note_refused(request, str(credentials.get("username", "")))


def note_refused(request: Any, username: str, **why: Any) -> None:
    record_refused_name("user.sign_in_refused", request, username, **why)
    address = client_address(request) if request is not None else ""
    log.warning("sign-in refused from %s", address)


def record_refused_name(event: str, request: Any, name: str, **more: Any) -> None:
    accounts = get_user_model().objects.filter(username__iexact=name.strip()[:150])
    tried = accounts.first()
    record_refusal(
        event,
        kind=Kind.AUTH,
        about=tried,
        **tried_name(name, tried),
        address=client_address(request) if request is not None else "",
        **more,
    )


# The forms by which people say who they are, with their brakes.


def code_field() -> OneTimeCodeField:
    return OneTimeCodeField(label=gettext_lazy("One-time code"))


class SignInForm(AdminAuthenticationForm):
    """Name and password; and a one-time code where there is an identity provider, which
    the account is there to do without."""

    request: Any
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": gettext_lazy("Wrong user name or password."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.IDENTITY_PROVIDERS:
            self.fields["code"] = code_field()

    def add_error(self, field: str | None, error: Any) -> None:
        """Which of the fields is wrong is not said: each may be."""
        super().add_error(field, error)
        if field is None:
            for each in self.fields.values():
                marks = {"aria-invalid": "true", "aria-describedby": "sign_in_error"}
                each.widget.attrs.update(marks)

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if name is None or not self.cleaned_data.get("password"):
            return super().clean()
        _brake(self.request, name)
        cleaned = super().clean()
        release(self.request, name)
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        """Whoever is refused here knows the password: that is on record, whatever the
        reason. Raises ValidationError."""
        try:
            self._confirm(user)
        except ValidationError as error:
            note_refused(self.request, user.get_username(), why=error.code)
            raise

    def _confirm(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if user.identity:
            text = _("You sign in through the authority's own sign-in, not here.")
            raise ValidationError(text, code="elsewhere")
        if not self._has_code(user):
            raise ValidationError(_wrong_code(user), code="code")

    def _has_code(self, user: Any) -> bool:
        needs_code = "code" in self.fields
        return not needs_code or accepts(user, self.cleaned_data.get("code", ""))


class ConfirmForm(forms.Form):
    """Whoever is signed in says again who they are."""

    keeps_nothing = True

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if settings.IDENTITY_PROVIDERS:
            self.fields["code"] = code_field()

    def clean(self) -> dict[str, Any]:
        confirm(self, "password")
        return self.cleaned_data


def confirm(form: Any, password: str) -> None:
    """Are the password, and the code where it is asked for, those of whoever is signed
    in? Under the brake of sign-in, and on record. Nothing is looked at of a form that
    lacks one."""
    data, user = form.cleaned_data, form.request.user
    if {password, "code"} & set(form.fields) - set(data):
        return
    name = user.get_username()
    _brake(form.request, name)
    if not user.check_password(data[password]):
        note_refused(form.request, name, why="confirmation")
        form.add_error(password, _("Wrong password."))
    elif "code" in data and not accepts(user, data["code"]):
        note_refused(form.request, name, why="code")
        form.add_error("code", _wrong_code(user))
    else:
        release(form.request, name)


def _wrong_code(user: Any) -> str:
    if SecondFactor.objects.filter(person=user).exists():
        return _("The one-time code is wrong, too old, or has been used.")
    return _(
        "The account has no app for one-time codes: ask a system administrator for a"
        " link, where you choose a password and register one."
    )


def _brake(request: Any, name: str) -> None:
    """Count a try. Raises ValidationError, and records it, where there is a pause."""
    if wait := take_a_try(request, name):
        seconds = math.ceil(wait.total_seconds())
        record_refused_name("user.sign_in_braked", request, name, seconds=seconds)
        log.warning("sign-in braked from %s", client_address(request))
        raise ValidationError(_too_many(wait), code="braked")


def _too_many(wait: timedelta) -> str:
    seconds = math.ceil(wait.total_seconds())
    if seconds < 60:
        length = ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    else:
        minutes = math.ceil(seconds / 60)
        length = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return _("Too many tries. Wait %(length)s, and try again.") % {"length": length}


# The form by which whoever is signed in chooses another password.


class ChangePasswordForm(PasswordChangeForm):
    """Says again who they are, under the brake of sign-in."""

    # Passwords are never sent back to whoever typed them.
    keeps_nothing = True

    def __init__(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if settings.IDENTITY_PROVIDERS:
            self.fields["code"] = code_field()
            self.order_fields(["old_password", "code"])

    def clean_old_password(self) -> str:
        """It is looked at with the whole form, and no earlier than the brake."""
        return self.cleaned_data["old_password"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        confirm(self, "old_password")
        return cleaned or {}

    def save(self, commit: bool = True) -> Any:
        with acting_as(self.user):
            person = super().save(commit)
            record("user.password_changed", by=person, on=person, kind=Kind.AUTH)
        return person


# How passwords are hashed, and how the secrets that we make for machines are.


class Argon2Hasher(Argon2PasswordHasher):
    """Slow, and takes memory that may be wanting."""

    def verify(self, password: str, encoded: str) -> bool:
        """Django's takes every failure for a wrong password. Raises MemoryError."""
        _algorithm, rest = encoded.split("$", 1)
        try:
            return PasswordHasher().verify(f"${rest}", password)
        except VerifyMismatchError:
            return False
        except VerificationError as error:
            raise MemoryError(str(error)) from error


class MachineSecretHasher(BasePasswordHasher):
    """For secrets of 40 random bytes that we have made: nobody guesses them, so one
    quick hash is enough."""

    algorithm = "machine"

    def encode(self, password: str, salt: str) -> str:
        digest = hashlib.sha256(f"{salt}${password}".encode()).hexdigest()
        return f"{self.algorithm}${salt}${digest}"

    def verify(self, password: str, encoded: str) -> bool:
        return constant_time_compare(
            encoded, self.encode(password, encoded.split("$")[1])
        )

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nobody learns by the time it takes what can't be guessed."""


# The form by which somebody chooses a password, and registers one-time codes.


class ChooseForm(SetPasswordForm):
    """With `secret`, the person takes it into an app and shows that it works."""

    # Passwords are never sent back to whoever typed them.
    keeps_nothing = True

    def __init__(self, *args: Any, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret = secret
        if secret:
            label = gettext_lazy("One-time code from the app")
            self.fields["code"] = OneTimeCodeField(label=label)

    @property
    def key(self) -> str:
        """The secret as it is typed by hand."""
        groups = range(0, len(self.secret), 4)
        return " ".join(self.secret[at : at + 4] for at in groups)

    @property
    def address(self) -> str:
        return address(self.user, self.secret)

    def clean_code(self) -> str:
        if fits(self.secret, self.cleaned_data["code"]) is None:
            raise ValidationError(
                _("That is not the code of this key now: look at the app again.")
            )
        return self.cleaned_data["code"]


# The page on which somebody chooses a password.


class ChoosePassword(PasswordResetConfirmView):
    """Where a link leads that an administrator made: the person alone gets to know the
    password. Opened, tried in vain and used: each is on record."""

    token_generator = LINKS
    form_class = ChooseForm
    success_url = reverse_lazy("admin:login")
    template_name = "lockbox/person/choose_password.html"
    title = gettext_lazy("Choose a password")

    def get_user(self, uidb64: str) -> Any:
        person = super().get_user(uidb64)
        return person if person and person.is_active and not person.is_machine else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "secret": self._new_secret()}

    def _new_secret(self) -> str:
        """A secret of the one-time codes that are registered here; none without a
        provider. It is the person's own, also at a computer that several share."""
        if not settings.IDENTITY_PROVIDERS or self.user is None:
            return ""
        return self.request.session.setdefault(self._name, new_secret())

    @property
    def _name(self) -> str:
        return f"new_codes_{self.user.pk}"

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        if not self.validlink:
            return self._refused(context)
        if self.request.method != "POST":
            record("user.link_opened", by=None, on=self.user, kind=Kind.AUTH)
        return super().render_to_response(context, **kwargs)

    def _refused(self, context: dict[str, Any]) -> HttpResponse:
        """A link that is no longer one, or never was: who tries many waits."""
        address = client_address(self.request)
        wait = take_a_try(self.request, f"link {address}")
        record_refusal(
            "user.link_refused",
            kind=Kind.AUTH,
            about=self.user,
            on=self.user,
            address=address,
        )
        if wait:
            return too_many_tries(wait)
        return super().render_to_response(context)

    def form_valid(self, form: Any) -> HttpResponse:
        token = self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN)
        password = form.cleaned_data["new_password1"]
        try:
            with transaction.atomic():
                choose_password(self.user, token=token, password=password)
                if secret := self._new_secret():
                    register(self.user, secret)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        self.request.session.pop(self._name, None)
        text = _("The password is chosen. Sign in with it.")
        messages.success(self.request, text)
        return HttpResponseRedirect(self.get_success_url())


# What a password may not be, beside Django's own list of common ones.

# "Sommar2026!!": what is guessed after the common ones. A longer word is none.
WORD_AND_FIGURES = re.compile(r"[^\W\d_]{1,12}[\d\W_]*")


class MoreThanAWord:
    def validate(self, password: str, user: Any = None) -> None:
        if WORD_AND_FIGURES.fullmatch(password):
            raise ValidationError(
                _("A word with figures after it is guessed first: take several words.")
            )

    def get_help_text(self) -> str:
        return _("Several words are better than one with figures after it.")


# Django's sessions in the database, read by a query that is written once. A session is
# kept under a digest of its key: whoever reads the database is nobody by that.


@Prewritten
def _sessions(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


def digest_of(key: str) -> str:
    """A session's name in the database: the first 40 hexadecimal digits of SHA-256."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    @property
    def key_salt(self) -> str:
        """What a session holds is signed for its own key: copied to another's row, it
        signs nobody in."""
        return f"{super().key_salt} {self.session_key}"

    def exists(self, session_key: str) -> bool:
        return super().exists(digest_of(session_key))

    def create_model_instance(self, data: Any) -> Any:
        session = super().create_model_instance(data)
        session.session_key = digest_of(session.session_key)
        return session

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(digest_of(key))

    def _get_session_from_db(self) -> Any:
        for session in _sessions(digest_of(self.session_key or ""), timezone.now()):
            return session
        self._session_key = None
        return None
