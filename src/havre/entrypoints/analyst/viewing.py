"""Two pages of settings: how one person sees, and the limits of their unit."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.care.choose import DAY, SHORTEST, Choice
from havre.care.models import UnitLimits, Viewing
from havre.care.queries import FEWEST, SUM_DAYS, limits_of, spared, spent_by, unit_limits, unit_sum, viewing_of
from havre.entrypoints.analyst.care import length, told
from havre.entrypoints.analyst.pages import Visit, page
from havre.flows.care import choose, limit
from havre.units.models import Person, RoleName

MINUTE = 60


class Seeing(forms.Form):
    """How a person sees."""

    tile = forms.TypedChoiceField(
        label=lazy("Before a reveal"),
        choices=[("", lazy("A veil: grey, tiny and blurred")), ("1", lazy("A plain tile"))],
        coerce=bool, required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    colour = forms.TypedChoiceField(
        label=lazy("While revealed"),
        choices=[("", lazy("Grey first")), ("1", lazy("Colour first"))],
        coerce=bool, required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    twice = forms.TypedChoiceField(
        label=lazy("The key"),
        choices=[("", lazy("Hold it: released is veiled")), ("1", lazy("Press it twice: veiled after 10 seconds"))],
        coerce=bool, required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    day = forms.IntegerField(label=lazy("Own limit a day, in minutes"), required=False)
    stretch = forms.IntegerField(label=lazy("Own limit before a pause, in minutes"), required=False)

    def __init__(self, units: UnitLimits, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        bounds = {"day": units.day_seconds, "stretch": units.stretch_seconds}
        for name, seconds in bounds.items():
            most, least = seconds // MINUTE, min(SHORTEST, seconds) // MINUTE
            _bound(self.fields[name], least, most)
            self.fields[name].help_text = _("Empty: as the unit, %(most)d minutes.") % {"most": most}

    def choice(self) -> Choice:
        """What was chosen, in seconds."""
        given = self.cleaned_data
        own = {f"{name}_seconds": given[name] and given[name] * MINUTE for name in ("day", "stretch")}
        return Choice(**{name: bool(given[name]) for name in ("tile", "colour", "twice")}, **own)


class Limiting(forms.Form):
    """The limits of a unit, in minutes."""

    day = forms.IntegerField(label=lazy("Viewing a day, in minutes"))
    stretch = forms.IntegerField(label=lazy("Viewing before a pause, in minutes"))
    pause = forms.IntegerField(label=lazy("Length of the pause, in minutes"))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for field in self.fields.values():
            _bound(field, SHORTEST // MINUTE, DAY // MINUTE)

    def clean(self) -> dict[str, Any]:
        """A stretch is no longer than a day's viewing."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("stretch", 0) > given.get("day", DAY):
            self.add_error("stretch", _("This is longer than the viewing of a day."))
        return given


def _bound(field: forms.Field, least: int, most: int) -> None:
    field.validators += forms.IntegerField(min_value=least, max_value=most).validators
    field.widget.attrs |= {"min": least, "max": most, "class": "form-control"}


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def viewing(visit: Visit) -> HttpResponse:
    """How I see, and how long I looked."""
    units = unit_limits(visit.person)
    if visit.request.method != "POST":
        form = Seeing(units, initial=_now(viewing_of(visit.person)))
        return visit.show("viewing.html", {"form": form, **_own(visit.person, visit.acting().now())})
    form = Seeing(units, visit.request.POST)
    if not form.is_valid():
        return visit.show("viewing.html", {"form": form, **_own(visit.person, visit.acting().now())}, status=400)
    choose(visit.acting(), form.choice())
    messages.success(visit.request, _("Saved."))
    return redirect("viewing")


def _now(chosen: Viewing) -> dict[str, object]:
    flags = {name: "1" if getattr(chosen, name) else "" for name in ("tile", "colour", "twice")}
    own = {"day": chosen.day_seconds, "stretch": chosen.stretch_seconds}
    return flags | {name: seconds and seconds // MINUTE for name, seconds in own.items()}


def _own(person: Person, at: datetime) -> dict[str, object]:
    limits = limits_of(person)
    spent, avoided = spent_by(person, at, limits), spared(person, at)
    return {
        "bar": told(spent, limits),
        "stretch": length(max(0.0, limits.stretch - spent.stretch)),
        "known": number_format(avoided.known, force_grouping=True),
        "repeats": number_format(avoided.repeats, force_grouping=True),
    }


@page(RoleName.SUPERVISOR, RoleName.ADMINISTRATOR)
def unit(visit: Visit) -> HttpResponse:
    """The limits of my unit, and how long it looked in sum."""
    held = unit_limits(visit.person)
    names = ("day", "stretch", "pause")
    if visit.request.method != "POST":
        form = Limiting(initial={name: getattr(held, f"{name}_seconds") // MINUTE for name in names})
        return visit.show("unit_limits.html", {"form": form, **_sum(visit)})
    form = Limiting(visit.request.POST)
    if not form.is_valid():
        return visit.show("unit_limits.html", {"form": form, **_sum(visit)}, status=400)
    limit(visit.home, visit.acting(), **{name: form.cleaned_data[name] * MINUTE for name in names})
    messages.success(visit.request, _("Saved."))
    return redirect("unit_limits")


def _sum(visit: Visit) -> dict[str, object]:
    """The unit's sum, for supervisors alone."""
    if RoleName.SUPERVISOR not in visit.roles:
        return {"supervisor": False}
    found = unit_sum(visit.person, visit.acting().now())
    words = length(found.seconds) if found else ""
    return {"supervisor": True, "sum": found, "words": words, "days": SUM_DAYS, "fewest": FEWEST}


ADDRESSES = [path("settings/viewing", viewing, name="viewing"), path("settings/unit", unit, name="unit_limits")]
