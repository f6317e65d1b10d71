"""What the city knows of people: its information sets, and who may read of them."""

from datetime import timedelta

from django.contrib.auth import get_user_model

from lockbox_site.demo.boards import BEGAN
from lockbox_site.demo.second_person import by_two
from requests_app.models import (
    Authority,
    InformationSet,
    InformationSetPerson,
    InformationSetProvision,
    Provision,
    SecurityClassification,
)
from requests_app.permissions.roles import today

# Sets whose reviews no role opens, and the people who do.
NAMED = {"Visselblåsarfunktionen": ("lena", "karin", "birgitta")}
# A classification whose day of review has passed.
OVERDUE = "Färdtjänst"
# name, authority, K, R, T, personal data, protected identities, provisions
INFORMATION: list[tuple[str, str, int, int, int, str, bool, list[str]]] = [
    ("Elevhälsa, psykosocial", "GSN", 3, 2, 2, "special", False,
     ["OSL-23-2-st1", "OSL-21-1", "OSL-21-7"]),
    ("Elevhälsa, medicinsk", "GSN", 3, 3, 2, "special", False, ["OSL-25-1"]),
    ("Elevstöd och åtgärdsprogram", "GSN", 2, 2, 2, "special", False,
     ["OSL-23-2-st2", "OSL-23-2-st3"]),
    ("Klasslistor och frånvaro", "GSN", 2, 2, 2, "ordinary", True, ["OSL-23-2-st3"]),
    ("Förskolans barndokumentation", "GSN", 2, 2, 2, "special", False, ["OSL-23-1"]),
    ("Orosanmälningar från skolan", "GSN", 3, 2, 2, "special", True,
     ["OSL-40-7g", "OSL-21-3-st1"]),
    ("Barnavårdsakter", "SNC", 3, 3, 3, "special", True,
     ["OSL-26-1", "OSL-21-3-st1", "OSL-21-3a", "OSL-26-5"]),
    ("Ekonomiskt bistånd", "SNC", 3, 2, 2, "special", True, ["OSL-26-1"]),
    ("Familjerådgivning", "SNC", 3, 2, 1, "special", True, ["OSL-26-3"]),
    ("Färdtjänst", "SNC", 2, 2, 2, "special", False, ["OSL-29-6"]),
    ("Personalärenden, hälsa", "NIS", 3, 2, 1, "special", False,
     ["OSL-39-2", "OSL-39-3-st1"]),
    ("Meddelandespårning utan innehåll", "NIS", 1, 2, 2, "ordinary", False,
     ["OSL-18-8", "OSL-21-7", "OSL-21-3-st1", "OSL-39-3-st3"]),
    ("Behörigheter och it-säkerhet", "NIS", 3, 3, 3, "ordinary", False,
     ["OSL-18-8", "OSL-18-9"]),
    ("Driftloggar, servrar", "NIS", 2, 2, 2, "ordinary", False,
     ["OSL-18-8", "OSL-40-5"]),
    ("Nämndhandlingar", "KSN", 1, 2, 2, "ordinary", False, ["OSL-21-7"]),
    ("Upphandling före tilldelning", "KSN", 3, 2, 2, "ordinary", False,
     ["OSL-19-3-st1", "OSL-19-3-st2", "OSL-31-16"]),
    ("Risk- och sårbarhetsanalyser", "KSN", 3, 3, 2, "none", False, ["OSL-18-13"]),
    ("Visselblåsarfunktionen", "KSN", 3, 3, 2, "special", True,
     ["OSL-32-3b-st2p1", "OSL-32-3b-st2p2"]),
    ("Hyresgästärenden", "EBO", 2, 2, 2, "ordinary", True, ["OSL-26-11-st2"]),
    ("Leverantörsavtal, bolaget", "EBO", 2, 1, 1, "ordinary", False, ["OSL-31-17"]),
]  # fmt: skip


def make_information(authorities: dict[str, Authority]) -> None:
    due = today() + timedelta(days=200)
    for name, code, k, r, t, personal, protected, provisions in INFORMATION:
        row = InformationSet.objects.create(
            authority=authorities[code],
            name=name,
            personal_data=personal,
            protected_identities_possible=protected,
        )
        SecurityClassification.objects.create(
            information_set=row,
            valid_from=BEGAN,
            confidentiality=k,
            integrity=r,
            availability=t,
            reason="Årlig klassning",
            review_due=today() - timedelta(days=9) if name == OVERDUE else due,
        )
        in_force = Provision.objects.in_force(today())
        for provision in in_force.filter(code__in=provisions):
            InformationSetProvision.objects.create(
                information_set=row, provision=provision
            )


def make_named_lists() -> None:
    """Two of the city's people put them there, as everywhere."""
    for name, usernames in NAMED.items():
        row = InformationSet.objects.get(name=name)
        for username in usernames:
            person = get_user_model().objects.get(username=username)
            by_two(InformationSetPerson(information_set=row, person=person))
        row.is_named_list = True
        by_two(row)
