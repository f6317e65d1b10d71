"""A rule by which the simulated Microsoft 365's notices are known, where a mailbox is
read.

The demo reads no mailbox by itself: without one its cases are typed in.
"""

from lockbox_site.demo.second_person import by_two
from lockbox_site.simulators.microsoft365 import DOMAIN, SENDER, SUBJECT, TENANT
from requests_app.models import Connection, MailRule

NAME = "Microsoft 365, prov (påhittad)"


def ensure(mailbox: str) -> bool:
    """Is a mailbox read? Makes the rule that it takes."""
    if not mailbox:
        return False
    if not MailRule.objects.filter(name=NAME).exists():
        connection = Connection.objects.filter(product__name="Microsoft 365")
        rule = MailRule(
            connection=connection.order_by("pk")[0],
            name=NAME,
            sender=SENDER,
            signed_by=DOMAIN,
            subject_pattern=f"^{SUBJECT}",
            number_pattern="Request: (EXSR[0-9]+)",
            case_pattern="Service request: ([A-Z0-9-]+)",
            tenant=TENANT,
        )
        by_two(rule)
    return True
