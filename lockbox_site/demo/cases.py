"""Cases: acts, answers, case ends, case waits, examples, harm tests, morning after,
reasons and usual case."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from audit_app import acting
from lockbox_site.demo.town import OBJECTS, people
from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue, request
from requests_app.cases.review.drafting import texts as drafting_texts
from requests_app.cases.review.drafting.texts import condition
from requests_app.cases.review.law.facts import (
    NO_GROUND,
    Basis,
    ReservationTerm,
    assessment_with_texts,
    basis_of,
    grounds_for,
)
from requests_app.cases.review.law.known import is_inside, proposed_provisions
from requests_app.cases.review.law.rules import Omission
from requests_app.cases.review.models.afterwards import Lapse, SubsequentReview
from requests_app.cases.review.models.assessment import Ground
from requests_app.cases.review.steps import afterwards, assessment, decision, proposal
from requests_app.cases.review.steps import case as steps_case
from requests_app.cases.review.steps import people as steps_people
from requests_app.cases.review.steps.assessment import AnswerInput, HarmTestInput
from requests_app.core.models import Interest
from requests_app.core.people.models import Authority
from requests_app.core.step import INTAKE, SWEEP, machine_account
from requests_app.core.words.texts import minutes_in_swedish
from requests_app.providers.application import Application
from requests_app.registers.models.cloud import CloudObject, Connection
from requests_app.registers.models.provisions import Provision

# How the people of Exempelstad answer a harm test, where a case says nothing else.

Result = tuple[str, str]
# What the paragraph asks for beside the harm.
ACCOUNTS = {
    "OSL-18-8": "Uppgifterna visar hur systemen skyddas (punkterna 3 och 4).",
    "OSL-21-3a": "Ärenden där en part har skyddad folkbokföring förekommer.",
    "OSL-39-3-st2": "Myndigheten omfattas av regeringens föreskrifter.",
    "OSL-39-3-st4": "Myndigheten omfattas av regeringens föreskrifter.",
    "OSL-40-7g": "Uppgifterna hänför sig till skolans anmälningar om oro för barn.",
}
WHISTLE = ("OSL-32-3b-st2p1", "OSL-32-3b-st2p2")
STRUCK = {
    "OSL-19-3-st2": "Upphandlingen är avslutad och anbuden offentliga.",
    **dict.fromkeys(WHISTLE, "Åtgärden rör inte sådana uppgifter."),
}


def as_a_rule(provision: Provision) -> Result:
    if provision.code in STRUCK:
        return "struck", STRUCK[provision.code]
    if provision.harm_test in ("absolute", "reverse"):
        return "applies", ACCOUNTS.get(provision.code, "")
    return "does_not_apply", "Varken begäran eller objektet tyder på det."


def strictly(provision: Provision) -> Result:
    """Secrecy applies by every provision, for whoever is going to refuse."""
    if provision.code in STRUCK or provision.code == "OSL-21-7":
        return as_a_rule(provision)
    account = ACCOUNTS.get(
        provision.code, "Objektet innehåller många sådana uppgifter."
    )
    return "applies", account


def unless_reserved(provision: Provision) -> Result:
    if provision.harm_test == "absolute" or provision.code == "OSL-21-7":
        return as_a_rule(provision)
    if provision.code in STRUCK:
        return as_a_rule(provision)
    account = "Uppgifterna kan annars komma att användas för något annat än åtgärden."
    return "applies_unless_reserved", account


# What the lawyers of Exempelstad answer, and why, where a case says nothing else.

TECHNICAL = "Leverantören driver tjänsten för myndighetens räkning, och åtgärden ingår i driften."
USUAL = {
    "N3": "no",
    "N5.transferred": "no",
    "N5.patient": "no",
    "N5.care": "no",
    "N5.whistle": "no",
    "N7.10-2a.assignment": "yes",
    "N7.10-2a.technical": "yes",
    "N7.10-2a.data": "neutral",
    "N7.10-2a.strength": "neutral",
    "N7.10-2a.persons": "for",
    "N7.10-2a.silence": "neutral",
    "N7.10-2a.foreign_law": "neutral",
    "N7.10-2a.security": "for",
    "N7.10-2a.alternatives": "for",
    "N7.10-2a.expectations": "neutral",
    "N7.10-2a.encryption": "against",
    "N7.10-2a.interest": "for",
    "N7.10-2a.suitable": "not_unsuitable",
    "N8": "yes",
    "N9.processor": "yes",
    "N9.country": "eea",
    "N9.entity": "subcontractor",
    "N9.special": "yes",
    "N9.dpia": "exists",
    "N10": "none",
}
BECAUSE = {
    "N0": "Numret finns i portalen; klientorganisationen och supportärendet är våra.",
    "N7.10-2a.technical": (
        "Den avser att rätta ett tekniskt fel och kräver inte att innehållet läses för"
        " att förstås eller användas."
    ),
    "N7.10-2a.data": "Åtkomsten gäller ett enda objekt.",
    "N7.10-2a.strength": "Styrkan följer av de bestämmelser som gäller.",
    "N7.10-2a.persons": "En tekniker får åtkomst.",
    "N7.10-2a.silence": "Teknikern arbetar utomlands, och avtalet kräver tystnad.",
    "N7.10-2a.foreign_law": "Leverantören har åtagit sig att pröva utländska krav.",
    "N7.10-2a.security": "Åtkomsten är tidsbegränsad och loggad.",
    "N7.10-2a.alternatives": "Andra åtgärder har prövats utan resultat.",
    "N7.10-2a.expectations": "Den enskilde har informerats om molntjänsten.",
    "N7.10-2a.encryption": "Uppgifterna är läsbara under åtgärden.",
    "N7.10-2a.interest": "Leverantören har ingen egen nytta av uppgifterna.",
    "N7.10-2a.suitable": (
        "Åtgärden är avgränsad till ett angivet objekt, och åtkomsten är kortvarig och"
        " loggas."
    ),
    "N8": "Risken består i att uppgifterna förs vidare eller används för något annat.",
    "N10": "Andra åtgärder har prövats utan resultat.",
}


def of_recipient(country: str) -> dict[str, str]:
    """What is answered on the transfer to wherever the engineer is."""
    if not country or is_inside(country):
        return {"N9.transfer": "not_needed"}
    if country != "US":
        return {"N9.transfer": "none"}
    answers = {"N9.transfer": "adequacy", "N9.transfer.certified": "yes"}
    return {**answers, "N9.transfer.scope": "yes"}


def of_tests(tested: list[HarmTestInput]) -> dict[str, str]:
    codes = {row.provision.code for row in tested}
    if not set(WHISTLE) <= codes:
        return {}
    return {"N5.whistle": "tested", "N5.whistle.circle": "unseen"}


def known(basis: Basis) -> dict[str, str]:
    rows = basis.proposed_answers.items()
    return {code: row.answer for code, row in rows if row.answer}


def grounded(row: HarmTestInput, ground: str, review: SecrecyReview) -> HarmTestInput:
    """The ground wanted, where it breaks this secrecy; a reservation where that helps."""
    if not row.hinders:
        return row
    if ground == NO_GROUND and row.outcome == "applies_unless_reserved":
        return row._replace(ground=Ground.RESERVATION)
    lawful: Any = grounds_for(row.provision, review)
    return row._replace(ground=ground if ground in lawful else NO_GROUND)


# What the people of Exempelstad leave out of a recipient's copy, and why.

REASONS_BECAUSE = (
    "Att nämna bestämmelsen skulle röja att det finns någon som den skyddar."
)
WEIGHT = "Den som skyddas kan utsättas för hot eller våld om det blir känt."
INSTEAD = "Vilket slags sekretess det är fråga om och vad den leder till framgår ovan."


def omission_where_needed(basis: Basis, text: str) -> Omission | None:
    """Where a provision gives secrecy that tells something by being named."""
    if all(test.may_be_named for test in basis.facts.hindering):
        return None
    return Omission(text, Interest.INDIVIDUAL, REASONS_BECAUSE, WEIGHT, INSTEAD)


# The people of Exempelstad at work: steps at chosen times, each by its own person.

LAWYER = {"SNC": "amir", "EBO": "amir"}
DECIDES = {"SNC": "omar", "EBO": "omar"}
# What the draft leaves to the person, where the demonstration says nothing else.
GAPS = {
    "[Ange varför ingen bestämmelse bryter sekretessen.]": "Begäran är inte avgränsad.",
}


def _payload(application: Application) -> bytes:
    terms = {name: value for name, value in vars(application).items() if value}
    return json.dumps(terms, default=str, ensure_ascii=False).encode()


class Case:
    """One request and its review, and the time that passes for them."""

    def __init__(
        self, began: datetime, number: str, designations: list[str], **terms: Any
    ) -> None:
        self.now = began
        objects = list(CloudObject.objects.filter(designation__in=designations))
        names = tuple(row.external_id for row in objects) or tuple(designations)
        connection = (
            objects[0].system.connection
            if objects
            else Connection.objects.get(external_id="demo-tenant")
        )
        self.terms = {"object_ids": names, "requested_at": began, **terms}
        self.number = number
        self.designations = designations
        self.connection = connection
        self.receive()

    def receive(self, **changed: Any) -> None:
        self.terms.update(changed)
        application = Application(external_id=self.number, **self.terms)
        from_file = self.connection.product.abilities.can_be_read_from_file
        with acting.at(self.now):
            received = request.receive(
                self.connection,
                application,
                by=machine_account(INTAKE) if from_file else people.lena,
                payload=_payload(application),
                received_by="file" if from_file else "manual",
            )
        assert received.access_request is not None  # noqa: S101 — new numbers only
        self.request: AccessRequest = received.access_request

    @property
    def review(self) -> SecrecyReview:
        live = self.request.reviews.live()
        review = live.order_by("pk").first()
        assert review is not None  # noqa: S101 — called after routing
        return review

    def later(self, minutes: float) -> "Case":
        self.now += timedelta(minutes=minutes)
        return self

    def _take(
        self, step: Callable[..., Any], subject: Any, by: Any, **fields: Any
    ) -> None:
        with acting.at(self.now):
            step(subject, by=by, **fields)

    @property
    def lawyer(self) -> Any:
        return people.named(LAWYER.get(self.review.authority.code, "karin"))

    @property
    def decider(self) -> Any:
        return people.named(DECIDES.get(self.review.authority.code, "birgitta"))

    def register(self, protected: str = "", **more: Any) -> "Case":
        self._take(
            steps_case.register,
            self.review,
            people.lena,
            public_subject=f"Begäran om åtkomst, {self.connection.product}",
            protected_subject=protected,
            **more,
        )
        return self

    def assign(self) -> "Case":
        self._take(steps_people.assign, self.review, people.per, person=self.lawyer)
        return self

    def assess(
        self,
        outcomes: dict[str, tuple[str, str]] | None = None,
        ground: str = "osl-10-2a",
        ground_motivation: str = TECHNICAL,
        genuine: str = "yes",
        suitable: str = "not_unsuitable",
        usual: Callable[[Provision], tuple[str, str]] | None = None,
        because: dict[str, str] | None = None,
        answers: dict[str, str] | None = None,
    ) -> "Case":
        subject = self.review
        basis = basis_of(subject)
        tested = []
        for provision in basis.proposed:
            default = (usual or as_a_rule)(provision)
            outcome, text = (outcomes or {}).get(provision.code, default)
            row = HarmTestInput(provision, outcome, text)
            tested.append(grounded(row, ground, subject))
        given_answers = {
            **USUAL,
            **of_recipient(self.request.engineer_country),
            **of_tests(tested),
            **known(basis),
            "N0": genuine,
            # Weighed anew each time, whatever is settled as a rule.
            "N7.10-2a.suitable": suitable,
            **(answers or {}),
        }
        reasons = {**BECAUSE, **(because or {})}
        if genuine == "no":
            reasons["N0"] = "Supportärendet finns inte hos oss."
        self._take(
            assessment.assess,
            subject,
            self.lawyer,
            answers={
                **{
                    code: AnswerInput(answer, reasons.get(code, ""))
                    for code, answer in given_answers.items()
                },
                "N7": AnswerInput(ground, ground_motivation),
            },
            tested=tested,
            no_conflict=True,
        )
        return self

    def propose(
        self, outcome: str, gaps: dict[str, str] | None = None, **more: Any
    ) -> "Case":
        """Propose as drafted, with the gaps filled in."""
        subject = self.review
        with acting.at(self.now):
            minutes = more.get("granted_minutes")
            basis = basis_of(subject, assessment_with_texts(subject))
            drafts = drafting_texts.draft(subject, basis, outcome, minutes)
        texts = [_filled(text, {**GAPS, **(gaps or {})}) for text in drafts]
        self._take(
            proposal.propose,
            subject,
            self.lawyer,
            outcome=outcome,
            motivation_internal=texts[0],
            omission=omission_where_needed(basis, texts[1]),
            no_conflict=True,
            **more,
        )
        return self

    def strike_off(self) -> "Case":
        self._take(afterwards.propose_striking_off, self.review, people.lena)
        return self.later(10).decide()

    def decide(self) -> "Case":
        self._take(decision.decide, self.review, self.decider, no_conflict=True)
        return self

    def serve(self, recipient: str) -> "Case":
        self._take(
            decision.serve,
            self.review,
            self.lawyer,
            served_at=self.now,
            way="email",
            recipient=recipient,
        )
        return self

    def answer(self) -> "Case":
        task = self.request.deliveries.filter(status="open").get()
        self._take(
            delivery.confirm, task, people.erik, given_at=self.now, no_conflict=True
        )
        return self

    def sweep(self) -> "Case":
        self.request.refresh_from_db()
        with acting.at(self.now):
            afterwards.sweep_request(self.request, by=machine_account(SWEEP))
        return self

    def close(self) -> "Case":
        done = "Ärendet är besvarat; det som återstår bevakas utanför ärendet."
        self._take(steps_case.close, self.review, self.lawyer, reason=done)
        return self


def _filled(text: str, gaps: dict[str, str]) -> str:
    for gap, words in gaps.items():
        text = text.replace(gap, words)
    return text


# A request of the city's for an invented purpose, and the usual ways it goes.

# By the kind of object: what is asked for is what can be done to it.
PURPOSES = {
    "mailbox": [
        "Reparera ett skadat objekt som stoppar flytt av e-postlådan",
        "Felsöka regel som tappar inkommande e-post",
        "Kontrollera indexet för sökning i e-postlådan",
    ],
    "site": [
        "Återställa bibliotek som visar fel version av dokument",
        "Undersöka varför webbplatsens sökindex är tomt",
        "Rätta trasiga behörigheter efter flytt av webbplatsen",
    ],
    "team": ["Undersöka kanal där meddelanden inte visas"],
    "drive": ["Återställa mapp som inte synkroniseras"],
    "log": ["Undersöka luckor i loggen för meddelandespårning"],
    "virtual_machine": [
        "Felsöka virtuell maskin som startar om",
        "Läsa minnesdump efter systemfel",
    ],
    "subscription": ["Undersöka varför resurser inte kan skapas i prenumerationen"],
}
# No company here is real: no fact about one may be made up.
INSIDE = [
    ("IE", "Exempeldrift Irland Ltd (påhittat)"),
    ("NL", "Exempeldrift Nederland B.V. (påhittat)"),
]
OUTSIDE = [
    ("US", "Exempeldrift Amerika Inc. (påhittat)"),
]
# Why what is not secret is not shown either.
NOT_SECRET = {
    "[Ange varför begäran avslås.]": (
        "Begäran är inte avgränsad. Uppgifterna görs inte tillgängliga i större"
        " omfattning än vad åtgärden kräver."
    )
}
REST = (
    "Felet gäller en del av objektet, och åtgärden kräver inte åtkomst till resten"
    " (artikel 5.1 c i dataskyddsförordningen)."
)
TOO_WIDE = (
    "Begäran är inte avgränsad, mängden uppgifter är stor och det har inte visats att"
    " åtgärden kräver åtkomst."
)


def case_of(dice: random.Random, began: datetime, number: str, **terms: Any) -> Case:
    kind, letter, count, _code, _set_name, system = dice.choice(OBJECTS)
    first = {"O": 13, "S": 18, "L": 7}.get(letter, 1)
    designation = f"{letter}-{dice.randrange(first, first + count):02d}"
    country, entity = dice.choice(INSIDE + OUTSIDE)
    fields: dict[str, Any] = {
        "service": system,
        "justification": dice.choice(PURPOSES[kind]),
        "duration_minutes": dice.choice([60, 120, 240]),
        "engineer_country": country,
        "employer_entity": entity,
        "support_case": f"SR {dice.randint(100000, 999999)}",
        **terms,
    }
    return Case(began, number, [designation], **fields)


def assessed(case: Case, **assess: Any) -> Case:
    case.later(12).register("Påhittat ärende").later(9).assign()
    return case.later(25).assess(**assess)


def granted(case: Case, minutes: int = 60, **more: Any) -> Case:
    return case.later(15).propose(
        "granted",
        shorter(case),
        granted_minutes=minutes,
        granted_scope="Endast den åtgärd som anges i begäran",
        **more,
    )


def shorter(case: Case) -> dict[str, str]:
    """Why for less time than was asked for."""
    duration = minutes_in_swedish(case.request.duration_minutes or 0)
    why = "Den tid som anges i beslutet räcker för åtgärden."
    return {f"[Ange varför åtkomst inte medges i {duration}.]": why}


def refused(case: Case) -> Case:
    return too_wide(assessed, case).later(15).propose("refused", NOT_SECRET)


def too_wide(assess: Callable[..., Case], *case: Case) -> Case:
    return assess(
        *case,
        usual=strictly,
        suitable="unsuitable",
        because={"N7.10-2a.suitable": TOO_WIDE},
    )


# How the city's cases have ended.

End = Callable[[Case], None]


def _closed_grant(case: Case) -> None:
    granted(assessed(case)).later(20).decide().later(6).answer()
    case.later(70).sweep().later(180).close()


def _closed_refusal(case: Case) -> None:
    refused(case).later(20)
    case.decide().later(8).answer().later(100).close()


def _lapsed(case: Case) -> None:
    case.later(40).register().later(4 * 24 * 60).sweep().later(60).strike_off()
    with acting.at(case.later(20).now):
        steps_case.close(case.review, by=people.lena)


def _partly(case: Case) -> None:
    assessed(case).later(15).propose(
        "partially_granted",
        {
            "[Ange varför begäran inte bifalls i övrigt.]": REST,
            "[Ange varför begäran inte bifalls i övrigt, utan att röja något som är"
            " hemligt.]": REST,
        },
        granted_minutes=30,
        granted_scope="Den del av objektet som felet gäller",
    ).later(20).decide().later(9).answer().later(60).close()


def _reserved(case: Case) -> None:
    if proposed_provisions(case.review).filter(harm_test="absolute").exists():
        return _closed_grant(case)  # absolute secrecy can't be reserved away
    bound = f"Nora Exempelsson, {case.request.employer_entity}"
    assessed(
        case,
        usual=unless_reserved,
        ground="none",
        ground_motivation="Uppgifterna behövs endast för åtgärden.",
    ).later(15).propose(
        "granted_with_reservation",
        shorter(case),
        granted_minutes=60,
        reservations=[
            ReservationTerm(
                bound, "Teknikern får inte föra uppgifterna vidare eller utnyttja dem."
            )
        ],
    ).later(20).decide().later(4).serve(bound).serve("Microsoft")
    case.later(2).answer()
    case.later(70).sweep().later(120).close()


def _dismissed(case: Case) -> None:
    assessed(case, genuine="no", ground="none", ground_motivation="Prövas inte.").later(
        10
    ).propose("dismissed").later(15).decide().later(5).answer().later(30).close()


def _struck_off(case: Case) -> None:
    case.later(12).register().later(9).assign().later(40)
    with acting.at(case.now):
        dialogue.withdraw(
            case.request,
            by=case.lawyer,
            reason="Leverantören löste felet på annat sätt.",
        )
    case.later(30).decide().later(20).close()


def _merged(case: Case) -> None:
    double = Case(
        case.now + timedelta(minutes=5),
        f"{case.number}X",
        case.designations,
        **case.terms,
    )
    with acting.at(double.now):
        request.merge(
            double.request, by=people.lena, into=case.request, reason="Samma begäran"
        )
    _closed_refusal(case)


def _rerouted(case: Case) -> None:
    case.later(10).register()
    right = Authority.objects.get(
        code="GSN" if case.review.authority.code != "GSN" else "SNC"
    )
    with acting.at(case.later(10).now):
        steps_case.reroute(
            case.review, by=people.lena, authority=right, reason="Objektet förvaras där"
        )
    case.later(5).register().later(5).assign()
    too_wide(case.later(20).assess).later(20).propose("refused", NOT_SECRET).later(
        30
    ).decide()
    case.later(9).answer().later(30).close()


def ends_in_turn() -> list[End]:
    counts: dict[End, int] = {_closed_grant: 6, _closed_refusal: 3, _lapsed: 2}
    rare: list[End] = [_partly, _reserved, _dismissed, _struck_off, _merged, _rerouted]
    return [end for end, times in counts.items() for _time in range(times)] + rare * 2


# The city's cases that wait, one for each state that a case can wait in.


def _to_register(dice: random.Random, began: datetime, number: str) -> None:
    case_of(dice, began, number)


def _to_assign(dice: random.Random, began: datetime, number: str) -> None:
    case_of(dice, began, number).later(12).register()


def _to_assess(dice: random.Random, began: datetime, number: str) -> None:
    case_of(dice, began, number).later(12).register().later(8).assign()


def _to_propose(dice: random.Random, began: datetime, number: str) -> None:
    assessed(case_of(dice, began, number))


def _to_decide(dice: random.Random, began: datetime, number: str) -> None:
    granted(assessed(case_of(dice, began, number)))


def _to_answer(dice: random.Random, began: datetime, number: str) -> None:
    granted(assessed(case_of(dice, began, number))).later(20).decide()


def _access_runs(dice: random.Random, began: datetime, number: str) -> None:
    case = case_of(dice, began, number, duration_minutes=240)
    granted(assessed(case), minutes=240)
    case.later(20).decide()
    case.now = acting.now() - timedelta(minutes=35)
    case.answer()


def _unknown_object(dice: random.Random, began: datetime, number: str) -> None:
    Case(
        began,
        number,
        ["okand-lada@exempelstad.example"],
        service="Exchange",
        justification="Felsöka e-postlåda som inte tar emot möten",
        duration_minutes=120,
        engineer_country="IE",
    )


def _several_boards(dice: random.Random, began: datetime, number: str) -> None:
    Case(
        began,
        number,
        ["F-01", "S-18", "K-01"],
        service="SharePoint",
        justification="Rätta sökindex som är gemensamt för tre webbplatser",
        duration_minutes=240,
        engineer_country="IN",
        employer_entity="Exempeldrift Underleverantör Ltd (påhittat)",
    )


def _changed_after_decision(dice: random.Random, began: datetime, number: str) -> None:
    case = granted(assessed(case_of(dice, began, number))).later(20).decide()
    case.later(10).receive(duration_minutes=180)


def makers() -> list[Callable[[random.Random, datetime, str], None]]:
    return [
        _to_register,
        _to_assign,
        _to_assess,
        _to_propose,
        _to_decide,
        _to_answer,
        _access_runs,
        _unknown_object,
        _several_boards,
        _changed_after_decision,
    ]


# The worked examples of how the law is applied: granted, refused, no secrecy; and
# official documents, refused.

SENSITIVE = {
    "N7.10-2a.data": "Uppgifterna är känsliga.",
    "N10": "Två timmar räcker för åtgärden.",
}

COUNT = 4


def worked_examples() -> Iterator[None]:
    """Makes one at each turn."""
    today = timezone.localtime(acting.now())
    yesterday = (today - timedelta(days=1)).replace(hour=8, minute=0)
    _school_mailbox(yesterday)
    yield
    _child_care_site(yesterday + timedelta(hours=2))
    yield
    _message_log(yesterday + timedelta(hours=3))
    yield
    _official_documents(yesterday + timedelta(hours=4))
    yield


def _school_mailbox(began: datetime) -> None:
    case = Case(
        began,
        "EXSR418822",
        ["O-17"],
        service="Exchange",
        justification="Reparera ett skadat objekt som stoppar flytt av e-postlåda",
        duration_minutes=240,
        engineer_country="IE",
        employer_entity="Exempeldrift Irland Ltd (påhittat)",
        support_case="SR 2026-1123-0417",
    )
    case.later(12).register("Kurators e-postlåda, ett skadat objekt").later(8).assign()
    case.later(21).assess(
        {
            "OSL-23-2-st1": (
                "applies",
                "E-postlådan innehåller uppgifter om elevers personliga förhållanden i"
                " psykosocial elevhälsa.",
            ),
            "OSL-21-1": ("does_not_apply", "Enstaka uppgifter om hälsa kan förekomma."),
            "OSL-21-7": (
                "does_not_apply",
                "Irland, inom EES: ingen överföring till tredje land.",
            ),
        },
        because=SENSITIVE,
        answers={"N7.10-2a.data": "against", "N10": "condition"},
    )
    case.later(30).propose(
        "granted",
        granted_minutes=120,
        granted_scope="E-postlådan O-17, reparation av ett skadat objekt",
        conditions=[
            condition(kind, 120, case.review.authority)
            for kind in ("duration", "named_engineer", "inside_eea", "no_copying")
            + ("account",)
        ],
    ).later(40).decide().later(5).answer().later(121).sweep()


def _child_care_site(began: datetime) -> None:
    case = Case(
        began,
        "EXSR418931",
        ["S-22"],
        service="SharePoint",
        justification="Undersöka sökindex för hela webbplatsen",
        duration_minutes=240,
        engineer_country="IN",
        employer_entity="Exempeldrift Underleverantör Ltd (påhittat)",
        support_case="SR 2026-1123-0533",
    )
    case.later(15).register("Webbplats med barnavårdsakter").later(10).assign()
    case.later(30).assess(
        {
            "OSL-26-1": (
                "applies",
                "Webbplatsen innehåller barnavårdsakter.",
            ),
            "OSL-21-3-st1": ("applies", "Skyddade personuppgifter kan förekomma."),
            "OSL-21-3a": ("applies", "Skyddad folkbokföring kan förekomma i akterna."),
        },
        suitable="unsuitable",
        because={
            "N7.10-2a.suitable": (
                "Begäran gäller en hel webbplats utan avgränsning och anger inte vilken"
                " åtgärd som ska vidtas. Uppgifterna är mycket känsliga, mängden är"
                " stor och åtkomsten skulle ske från tredje land genom en"
                " underleverantör."
            ),
            "N9.transfer": (
                "Standardavtalsklausuler med en bedömning av mottagarlandets rätt"
                " saknas."
            ),
            "N10": "Det kan ske genom omindexering med egna behörigheter, felsökning i"
            " testmiljö eller visning under uppsikt.",
        },
        answers={"N10": "exists"},
    )
    case.later(25).propose("refused").later(30).decide().later(6).answer()


def _message_log(began: datetime) -> None:
    case = Case(
        began,
        "EXSR419002",
        ["L-09"],
        service="Exchange",
        justification="Logg för meddelandespårning, ärenderader borttagna före export",
        duration_minutes=60,
        engineer_country="US",
        employer_entity="Exempeldrift Amerika Inc. (påhittat)",
        support_case="SR 2026-1123-0601",
    )
    case.later(10).register("Loggutdrag utan ärenderader").later(6).assign()
    case.later(15).assess(
        {
            "OSL-18-8": (
                "does_not_apply",
                "Loggen visar inte någon säkerhetsåtgärd.",
            ),
            "OSL-21-7": (
                "does_not_apply",
                "Överföringen stöds på kommissionens beslut (EU) 2023/1795.",
            ),
            "OSL-21-3-st1": ("does_not_apply", "Inget tyder på hot eller våld."),
            "OSL-39-3-st3": (
                "does_not_apply",
                "Endast e-postadresser i tjänsten, inga privata kontaktuppgifter.",
            ),
        },
        ground="none",
        ground_motivation="Behövs inte: sekretess gäller inte.",
    )
    case.later(12).propose(
        "granted",
        granted_minutes=60,
        granted_scope="Loggutdraget L-09 utan ärenderader",
    ).later(15).decide().later(4).answer().later(61).sweep().later(60).close()


def _official_documents(began: datetime) -> None:
    case = Case(
        began,
        "EXSR419077",
        ["O-17"],
        service="Exchange",
        justification="Få ta del av brev till kuratorn under våren",
        duration_minutes=240,
        engineer_country="IE",
        employer_entity="Exempeldrift Irland Ltd (påhittat)",
        support_case="SR 2026-1123-0688",
    )
    case.later(10).register(
        "Begäran om brev i kurators e-postlåda",
        matter=SecrecyReview.Matter.DOCUMENTS,
    )
    case.later(6).assign().later(25).assess(
        {
            "OSL-23-2-st1": (
                "applies",
                "Breven rör elevers personliga förhållanden i psykosocial elevhälsa.",
            ),
        },
        ground="none",
        ground_motivation="Inget samtycke har lämnats och inget annat bryter sekretessen.",
        answers={"N0.tf": "yes"},
        because={"N0.tf": "Det är breven som begärs, inte åtkomst för en åtgärd."},
    )
    case.later(20).propose("refused").later(25).decide().later(4).answer()


# What a second person said of decisions made at night, and why something lapsed.

STANDS = "Beslutet står sig: skälen håller, och tiden var kort. (Påhittat.)"
# Of what was decided; the one who decides elsewhere looks at it.
OTHER = {"birgitta": "omar", "omar": "birgitta"}


def settle() -> None:
    """All whose time is out; what is newer waits, as in any city."""
    now = acting.now()
    for row in SubsequentReview.objects.filter(conclusion="", due_at__lte=now):
        with acting.at(row.due_at - timedelta(hours=5)):
            decision.conclude(
                row,
                by=people.named(OTHER[row.decision.decided_by.username]),
                conclusion=SubsequentReview.Conclusion.STANDS,
                text=STANDS,
                no_conflict=True,
            )
    for late in Lapse.objects.filter(cause="", due_at__lte=now):
        with acting.at(late.due_at - timedelta(hours=5)):
            afterwards.give_cause(late, by=people.per, cause=Lapse.Cause.NOBODY_ON_DUTY)


# About forty requests over the last months, four of them the worked examples.


def build() -> Iterator[None]:
    """Everything that has happened in Exempelstad and what waits now, a case a turn."""
    dice = random.Random(7)  # noqa: S311 — the same city each time
    ends = ends_in_turn()
    dice.shuffle(ends)
    now = timezone.localtime(acting.now())
    for number, end in enumerate(ends):
        days = 150 * (len(ends) - number) / len(ends) + 1
        began = (now - timedelta(days=days)).replace(
            hour=dice.randint(7, 20), minute=dice.randint(0, 59)
        )
        end(case_of(dice, began, f"EXSR{400100 + number * 37}"))
        yield
    settle()
    yield
    yield from worked_examples()
    yield from fresh(dice)


def count() -> int:
    """How many turns `build` takes."""
    return len(ends_in_turn()) + 1 + COUNT + len(makers())


def top_up() -> Iterator[None]:
    """Fresh work, when what there was has run its time."""
    if AccessRequest.objects.filter(status="in_review").count() < 5:
        yield from fresh(random.Random(acting.now().timestamp()))  # noqa: S311 — demo data


def fresh(dice: random.Random) -> Iterator[None]:
    """What waits now, in every state a case can wait in."""
    last = AccessRequest.objects.aggregate(last=Max("pk"))["last"] or 0
    hours = [1.2, 3.1, 4.6, 11.0, 7.0, 9.5, 5.0, 2.0, 6.3, 8.0]
    for number, (make, ago) in enumerate(zip(makers(), hours, strict=True)):
        make(
            dice,
            acting.now() - timedelta(hours=ago),
            f"EXSR{418000 + last * 11 + number}",
        )
        yield
