"""What may stand on which list, and for whom: predicates over what was judged and what its source says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from havre.assessments.agreement import Agreement, Baseline
from havre.assessments.facts import Facts
from havre.assessments.mapping import label as label_of
from havre.assessments.mapping import mapping_of, mappings
from havre.assessments.models import Produced
from havre.errors import Invalid, Refused
from havre.feeds.models import Audience, Purpose
from havre.restrictions.model import Level, Restriction, expired

NAME = re.compile(r"(baseline|generated|unreviewed|national-([a-z]{2}))(?:-(hotline|provider))?", re.ASCII)
"""How lists are called; without a word behind, they are for platforms."""

CONFIRMED_BY = 2
"""Countries for Baseline; people for everything that somebody saw."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the name of a list says."""

    name: str
    purpose: Purpose
    country: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class Judged:
    """What holds of a medium: by the unit itself, and with all countries that judged the same bytes."""

    country: str
    label: str
    facts: Facts
    baseline: Baseline

    @property
    def categories(self) -> Mapping[str, str]:
        """By country that judged it and has a mapping: what its law makes of what it said; no law, no category."""
        said = [(self.country, self.label, self.facts)]
        said += [(each.country, each.label, each.facts) for each in self.baseline.judgements]
        known = [each for each in said if each[0] in mappings()]
        found = {country: mapping_of(country).category(label, facts).category for country, label, facts in known}
        return {country: category for country, category in sorted(found.items()) if category}

    @property
    def generated(self) -> bool:
        """Whether a machine made it."""
        return self.facts.produced == Produced.GENERATED

    @property
    def labels(self) -> Sequence[str]:
        """The facts as words."""
        said = {"age": [self.facts.age], "visible": list(self.facts.visible), "produced": [self.facts.produced]}
        return sorted(f"{name}-{value}" for name, values in said.items() for value in values if value)

    @property
    def units(self) -> int:
        """Units that judged it pertinent."""
        units = {each.unit for each in self.baseline.judgements if label_of(each.label).pertinent}
        return len(units)


def named(name: str) -> Named:
    """What a list of this name holds. Raises Invalid where lists are not called so."""
    found = NAME.fullmatch(name.strip())
    if found is None or (found[2] and found[2].upper() not in mappings()):
        raise Invalid(
            _(
                "a list is called baseline, national-be, generated or unreviewed; with -hotline or -provider behind"
                " where it is not for platforms"
            )
        )
    purpose = Purpose.NATIONAL if found[2] else Purpose(found[1])
    return Named(found[0], purpose, (found[2] or "").upper(), Audience(found[3] or Audience.PLATFORM))


def must_belong(listed: Named, judged: Judged) -> None:
    """Raises Refused, with the reason, where what was judged does not belong on this list."""
    if listed.purpose == Purpose.UNREVIEWED:
        raise Refused(_("the list of what nobody saw takes what people ask for themselves, and nothing else"))
    if not judged.label or not label_of(judged.label).pertinent:
        raise Refused(_("this was not judged to be illegal here: nothing else is on a list"))
    if judged.generated and listed.purpose != Purpose.GENERATED:
        raise Refused(_("a machine made this: it belongs on the list generated, apart from everything else"))
    WHY[listed.purpose](listed, judged)


def _baseline(_listed: Named, judged: Judged) -> None:
    state, countries = judged.baseline.state, judged.baseline.countries(baseline=True)
    if state == Agreement.DISPUTED:
        raise Refused(_("countries disagree on this: it is not Baseline until they do not"))
    if state != Agreement.AGREED:
        raise Refused(
            _("Baseline takes what %(least)s countries confirmed; of this %(count)s did")
            % {"least": CONFIRMED_BY, "count": len(countries)}
        )


def _national(listed: Named, judged: Judged) -> None:
    if listed.country not in judged.categories:
        raise Refused(
            _("nobody in %(country)s judged this to be of a category of its law") % {"country": listed.country}
        )


def _generated(_listed: Named, judged: Judged) -> None:
    if not judged.generated:
        raise Refused(_("this was not judged to be made by a machine: say how it was produced"))
    if not judged.categories:
        raise Refused(_("no country that judged this has a category for it"))


WHY = {Purpose.BASELINE: _baseline, Purpose.NATIONAL: _national, Purpose.GENERATED: _generated}


def lets_go(restriction: Restriction | None, audience: str, at: datetime) -> bool:
    """Whether whoever a thing is from lets it go to all of an audience, and lets them pass it on to their machines.

    Each part of what was said names the audience as a group, opens the thing, and lets it be passed on; one that keeps
    it from any country or unit keeps it off lists, for those who read them work in all countries.
    """
    if restriction is None or expired(restriction, at):
        return False
    parts = restriction.parts
    passed_on = all(part.level is Level.OPEN and part.onward and audience in part.groups for part in parts)
    return passed_on and not any(part.no_countries or part.no_units for part in parts)
