"""What a form or an address says, as the type that is wanted."""

from havre.entrypoints.analyst.pages import Visit

LARGEST = 2**63 - 1


def text(visit: Visit, name: str) -> str:
    """A field of the form, without blanks around it; empty where it was not sent."""
    return str(visit.request.POST.get(name, "")).strip()


def number(visit: Visit, name: str) -> int:
    """A whole number of the address, which a list goes on behind; 0 where there is none that the database can hold."""
    found = str(visit.request.GET.get(name, ""))
    return int(found) if found.isascii() and found.isdecimal() and len(found) < 20 and int(found) <= LARGEST else 0
