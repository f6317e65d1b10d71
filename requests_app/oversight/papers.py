"""A report of an incident, drafted: what is recorded, and brackets for what is not."""

from datetime import datetime

from django.utils import timezone, translation

from requests_app.core.words.texts import day_in_words
from requests_app.oversight.models import Breach, Deviation, IncidentDuty

Kind = IncidentDuty.Kind

RECEIVERS: dict[str, str] = {
    Kind.GDPR_AUTHORITY: "Integritetsskyddsmyndigheten (IMY)",
    Kind.GDPR_PERSONS: "De registrerade",
    Kind.CYBER_WARNING: "Den myndighet som regeringen har bestämt [vilken]",
    Kind.CYBER_REPORT: "Den myndighet som regeringen har bestämt [vilken]",
    Kind.CYBER_FINAL: "Den myndighet som regeringen har bestämt [vilken]",
    Kind.CYBER_STATUS: "Den myndighet som regeringen har bestämt [vilken]",
    Kind.SECURITY: "Säkerhetspolisen [eller annan tillsynsmyndighet]",
}
HEADINGS: dict[str, str] = {
    Kind.GDPR_AUTHORITY: "Anmälan av personuppgiftsincident enligt artikel 33 i"
    " dataskyddsförordningen, (EU) 2016/679",
    Kind.GDPR_PERSONS: "Information till de registrerade enligt artikel 34 i"
    " dataskyddsförordningen, (EU) 2016/679",
    Kind.CYBER_WARNING: "Upplysning om betydande incident enligt 2 kap. 5 §"
    " cybersäkerhetslagen (2025:1506)",
    Kind.CYBER_REPORT: "Incidentanmälan enligt 2 kap. 6 § cybersäkerhetslagen"
    " (2025:1506)",
    Kind.CYBER_FINAL: "Slutrapport [lägesrapport, om incidenten pågår] enligt 2 kap."
    " 8 § cybersäkerhetslagen (2025:1506)",
    Kind.CYBER_STATUS: "Lägesrapport enligt 2 kap. 8 § cybersäkerhetslagen (2025:1506)",
    Kind.SECURITY: "Anmälan enligt 2 kap. 1 § tredje stycket säkerhetsskyddslagen"
    " (2018:585)",
}
# What nobody has recorded, and each report asks for.
GAPS: dict[str, tuple[str, ...]] = {
    Kind.GDPR_AUTHORITY: (
        "Kategorier av registrerade och ungefärligt antal: [fyll i]",
        "Kategorier av personuppgiftsposter och ungefärligt antal: [fyll i]",
        "Sannolika konsekvenser: [fyll i]",
        "Dataskyddsombud och kontaktuppgifter: [fyll i]",
    ),
    Kind.GDPR_PERSONS: (
        "Sannolika konsekvenser för dig: [fyll i]",
        "Vad du själv kan göra: [fyll i]",
        "Dataskyddsombud och kontaktuppgifter: [fyll i]",
    ),
    Kind.CYBER_WARNING: (
        "Misstänks incidenten bero på en olaglig eller fientlig handling: [fyll i]",
        "Kan den ha gränsöverskridande verkningar: [fyll i]",
    ),
    Kind.CYBER_REPORT: (
        "Första bedömning av allvar och konsekvenser: [fyll i]",
        "Angreppsindikatorer, om det finns sådana: [fyll i]",
    ),
    Kind.CYBER_FINAL: (
        "Utförlig beskrivning, allvar och konsekvenser: [fyll i]",
        "Hot eller grundorsak: [fyll i]",
        "Gränsöverskridande verkningar: [fyll i]",
    ),
    Kind.CYBER_STATUS: (
        "Läget, vad som är gjort och vad som återstår: [fyll i]",
        "Allvar och konsekvenser, så långt de är kända: [fyll i]",
    ),
    Kind.SECURITY: ("Vad som kan ha röjts: [lämnas i säkert samband, inte här]",),
}
DIVERGES = {
    Deviation.Kind.OBJECT: "annat objekt än det som medgavs",
    Deviation.Kind.TIME: "annan tid än den som medgavs",
    Deviation.Kind.PERSON: "annan person eller annat bolag än det som medgavs",
    Deviation.Kind.PLACE: "annan plats än den som medgavs",
    Deviation.Kind.ACT: "annat slag av åtgärd än det som medgavs",
    Deviation.Kind.LATE_END: "åtkomsten upphörde inte när den återkallades",
}


def draft_of(duty: IncidentDuty) -> str:
    with translation.override("sv"):
        review = duty.review
        number = review.diary_number if review is not None else ""
        lines = [
            HEADINGS.get(duty.kind, duty.kind),
            "",
            f"Till: {RECEIVERS.get(duty.kind, duty.kind)}",
            f"Från: {duty.authority.name}",
            f"Diarienummer: {number or '[fyll i]'}",
            f"Känt sedan: {_at(duty.known_at)}",
        ]
        if duty.kind != Kind.SECURITY and duty.deviation is not None:
            lines += _what_happened(duty.deviation)
        if duty.kind != Kind.SECURITY and duty.breach is not None:
            lines += _what_happened_here(duty.breach)
        lines += [*GAPS.get(duty.kind, ()), "Kontaktperson: [fyll i]"]
        return "\n".join(lines)


def _what_happened(deviation: Deviation) -> list[str]:
    request = deviation.access_request
    named = ", ".join(
        DIVERGES.get(row["kind"], row["kind"]) for row in deviation.divergences
    )
    lines = [
        f"Leverantör: {request.connection.product.provider.name}, begäran {request}",
        f"Vad som hände: leverantören gick utanför det som medgavs ({named}).",
    ]
    if deviation.event is not None:
        lines.append(f"När: {_at(deviation.event.happened_at)}")
    taken = "[fyll i]"
    if request.revoked_at is not None:
        taken = f"åtkomsten återkallades {_at(request.revoked_at)}. [fyll i]"
    return [*lines, f"Vidtagna åtgärder: {taken}"]


def _what_happened_here(breach: Breach) -> list[str]:
    return [
        "System: Lockbox, som prövar molnleverantörers begäran om åtkomst.",
        f"Vad som hände: {breach.what_happened.text}",
        f"Vad och vilka som berörs: {breach.affected.text}",
        "Vidtagna åtgärder: [fyll i]",
    ]


def _at(moment: datetime) -> str:
    """The day itself: what is reported is read later."""
    local = timezone.localtime(moment)
    return f"den {day_in_words(local.date())} kl. {local:%H.%M}"
