"""Open, look at and close a case; each is written down before the answer leaves."""

from dataclasses import dataclass
from typing import Any

from havre.cases.models import Case
from havre.cases.open import close_case, must_be_open, open_case
from havre.cases.queries import case_for, cases_for, intakes_of
from havre.flows.home import Home, consulted, durable, log, seal_log
from havre.matches.queries import totals_of
from havre.units.acting import Acting
from havre.units.models import RoleName


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case as it is shown: what it rests on and what was brought into it."""

    case: Case
    intakes: list[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return case_fields(self.case) | {"intakes": self.intakes}


def case_fields(case: Case) -> dict[str, Any]:
    """A case in a list."""
    return {
        "case": case.reference,
        "basis": case.basis,
        "purpose": case.purpose,
        "opened_at": case.opened_at.isoformat(),
        "opened_by": case.opened_by.name,
        "retain_until": case.retain_until.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "erased_at": case.erased_at.isoformat() if case.erased_at else None,
    }


def open_dossier(home: Home, acting: Acting, reference: str, basis: str, purpose: str) -> Case:
    """A new case of the acting person's unit."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="open a case")
    with durable():
        case = open_case(reference, basis, purpose, acting.person, acting.now())
        log(home, acting, "change", f"case {case.reference}", {"act": "opened", "basis": case.basis})
    seal_log(home, acting)
    return case


def list_dossiers(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """Every case the acting person may know of, newest first."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="look at cases")
    found = [case_fields(case) for case in cases_for(acting.person).select_related("opened_by")]
    consulted(home, acting, "cases", {"shown": len(found)})
    return found


def show_dossier(home: Home, acting: Acting, reference: str) -> Dossier:
    """One case with its intakes and what each found."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="look at cases")
    case = case_for(acting.person, reference)
    intakes = [
        {
            "path": intake.path,
            "begun_at": intake.begun_at.isoformat(),
            "finished_at": intake.finished_at.isoformat() if intake.finished_at else None,
            **totals_of(acting.person, intake).to_json(),
        }
        for intake in intakes_of(acting.person, case)
    ]
    consulted(home, acting, f"case {case.reference}")
    return Dossier(case, intakes)


def close_dossier(home: Home, acting: Acting, reference: str) -> Case:
    """Nothing more is brought into this case."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="close a case")
    case = case_for(acting.person, reference)
    must_be_open(case)
    with durable():
        close_case(case, acting.now())
        log(home, acting, "change", f"case {case.reference}", {"act": "closed"})
    seal_log(home, acting)
    return case
