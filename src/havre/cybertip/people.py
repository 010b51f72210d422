"""People, accounts, devices and places of a report (formats.md c2)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from havre.cybertip.table import ATTRIBUTE, CONTENT, Called
from havre.cybertip.values import CALENDAR, LONGEST, MOST_LONG, TIME, TRUTH, choice, degrees, text, whole
from havre.cybertip.words import ACCOUNTS, ADDRESSES, COUNTRIES, EMAILS, EVENTS, PHONES, STATES

Text = Annotated[str, text()]
Word100 = Annotated[str, text(100)]
Word255 = Annotated[str, text(255)]
Word256 = Annotated[str, text(256)]
Long3000 = Annotated[str, text(3000)]
Url = Annotated[str, text(2083)]
Line = Annotated[str, text(LONGEST)]
Truth = Annotated[bool, TRUTH]
Moment = Annotated[datetime, TIME]
Day = Annotated[date, CALENDAR]
Number = Annotated[int, whole(0, MOST_LONG)]
Age = Annotated[int, whole(0, 150)]
Port = Annotated[int, whole(1, 65_535)]
Latitude = Annotated[float, degrees(90)]
Longitude = Annotated[float, degrees(180)]
Country = Annotated[str, choice("", *COUNTRIES)]
State = Annotated[str, choice("", *STATES)]
Event = Annotated[str, choice(*EVENTS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class IpCaptureEvent:
    """An IP address, and of which event."""

    ip_address: Annotated[str, text(255, least=1)]
    event_name: Event | None = None
    date_time: Moment | None = None
    possible_proxy: Truth | None = None
    port: Port | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceId:
    """What identifies a device: IMEI, ICCID, SSID and so on."""

    id_type: Word255
    id_value: Url
    event_name: Event | None = None
    date_time: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A telephone number."""

    value: Annotated[str, text(50), CONTENT]
    type: Annotated[str | None, choice(*PHONES), ATTRIBUTE] = None
    verified: Annotated[bool | None, TRUTH, ATTRIBUTE] = None
    verification_date: Annotated[datetime | None, TIME, ATTRIBUTE] = None
    country_calling_code: Annotated[
        str | None, text(4, pattern=r"\+[0-9]{1,3}", said="a calling code such as +32"), ATTRIBUTE
    ] = None
    extension: Annotated[str | None, text(10, pattern=r"[0-9]+", said="digits alone"), ATTRIBUTE] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An address for mail."""

    value: Annotated[str, text(255), CONTENT]
    type: Annotated[str | None, choice(*EMAILS), ATTRIBUTE] = None
    verified: Annotated[bool | None, TRUTH, ATTRIBUTE] = None
    verification_date: Annotated[datetime | None, TIME, ATTRIBUTE] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where somebody lives or works."""

    type: Annotated[str | None, choice(*ADDRESSES), ATTRIBUTE] = None
    address: Word255 | None = None
    city: Word100 | None = None
    zip_code: Annotated[str, text(20)] | None = None
    state: State | None = None
    non_usa_state: Word100 | None = None
    country: Country | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedLocation:
    """Where an account is thought to be used."""

    verified: Annotated[bool | None, TRUTH, ATTRIBUTE] = None
    timestamp: Annotated[datetime | None, TIME, ATTRIBUTE] = None
    city: Word255 | None = None
    region: Word255 | None = None
    country_code: Country | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPerson:
    """Whom to ask at a company or an authority."""

    first_name: Word100 | None = None
    last_name: Word100 | None = None
    phone: tuple[Phone, ...] = ()
    email: tuple[Email, ...] = ()
    address: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person in the world."""

    first_name: Word100 | None = None
    last_name: Word100 | None = None
    phone: tuple[Phone, ...] = ()
    email: tuple[Email, ...] = ()
    address: tuple[Address, ...] = ()
    age: Age | None = None
    date_of_birth: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporarilyDisabled:
    """Whether an account was shut for a time."""

    value: Annotated[bool, TRUTH, CONTENT]
    disabled_date: Annotated[datetime | None, TIME, ATTRIBUTE] = None
    user_notified: Annotated[bool | None, TRUTH, ATTRIBUTE] = None
    user_notified_date: Annotated[datetime | None, TIME, ATTRIBUTE] = None
    reenabled_date: Annotated[datetime | None, TIME, ATTRIBUTE] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermanentlyDisabled:
    """Whether an account was shut for good."""

    value: Annotated[bool, TRUTH, CONTENT]
    disabled_date: Annotated[datetime | None, TIME, ATTRIBUTE] = None
    user_notified: Annotated[bool | None, TRUTH, ATTRIBUTE] = None
    user_notified_date: Annotated[datetime | None, TIME, ATTRIBUTE] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Where an account is, and whether that is another company's."""

    value: Annotated[str, text(256), CONTENT]
    third_party_user: Annotated[bool | None, TRUTH, ATTRIBUTE] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociatedAccount:
    """Another account that belongs to somebody's."""

    type: Annotated[str, choice(*ACCOUNTS), ATTRIBUTE]
    platform: Platform | None = None
    first_name: Word256 | None = None
    middle_name: Word256 | None = None
    last_name: Word256 | None = None
    approximate_age: Age | None = None
    date_of_birth: Day | None = None
    phone: tuple[Phone, ...] = ()
    email: tuple[Email, ...] = ()
    all_emails_reported: Truth | None = None
    address: tuple[Address, ...] = ()
    esp_service: Word256 | None = None
    esp_identifier: Word256 | None = None
    profile_url: tuple[Url, ...] = ()
    screen_name: Word256 | None = None
    display_name: tuple[Line, ...] = ()
    profile_bio: Text | None = None
    group_identifier: Word256 | None = None
    compromised_account: Truth | None = None
    account_temporarily_disabled: TemporarilyDisabled | None = None
    account_permanently_disabled: PermanentlyDisabled | None = None
    ip_capture_event: tuple[IpCaptureEvent, ...] = ()
    device_id: tuple[DeviceId, ...] = ()
    prior_ct_report: Annotated[tuple[Number, ...], Called("priorCTReport")] = ()
    additional_info: Text | None = None
