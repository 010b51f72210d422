"""A report: what happened, who reports it, who did it, whom it was meant for, and who was harmed (formats.md c2)."""

from dataclasses import dataclass
from typing import Annotated

from havre.cybertip.incidents import InternetDetails
from havre.cybertip.people import (
    AssociatedAccount,
    ContactPerson,
    DeviceId,
    EstimatedLocation,
    IpCaptureEvent,
    Line,
    Long3000,
    Moment,
    Number,
    PermanentlyDisabled,
    Person,
    TemporarilyDisabled,
    Text,
    Truth,
    Url,
    Word100,
    Word255,
    Word256,
)
from havre.cybertip.table import ATTRIBUTE, CONTENT, Called
from havre.cybertip.values import FLAG, TRUTH, choice, text
from havre.cybertip.words import COUNTRIES, INCIDENTS, REASONS

Mark = Annotated[bool, FLAG]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchedReport:
    """It stands for many that would each be the same."""

    reason: Annotated[str, choice(*REASONS), ATTRIBUTE]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAnnotations:
    """Marks of a report."""

    sextortion: Mark = False
    csam_solicitation: Mark = False
    minor_to_minor_interaction: Mark = False
    spam: Mark = False
    sadistic_online_exploitation: Mark = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSummary:
    """What happened, and when."""

    incident_type: Annotated[str, choice(*INCIDENTS)]
    platform: Word256 | None = None
    escalate_to_high_priority: Long3000 | None = None
    """Why a child is in danger now; given only where one is."""
    report_annotations: ReportAnnotations | None = None
    incident_date_time: Moment
    incident_date_time_description: Long3000 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedInternationally:
    """Whether another country's authorities asked already, and which."""

    value: Annotated[bool, TRUTH, CONTENT]
    flea_country: Annotated[str | None, choice("", *COUNTRIES), ATTRIBUTE] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LawEnforcement:
    """Which authority has to do with it already."""

    agency_name: Word255
    case_number: Word100 | None = None
    officer_contact: ContactPerson | None = None
    reported_to_le: Truth | None = None
    served_legal_process_domestic: Truth | None = None
    served_legal_process_international: ServedInternationally | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who reports."""

    reporting_person: Person
    contact_person: ContactPerson | None = None
    company_template: Text | None = None
    terms_of_service: Long3000 | None = None
    legal_url: Annotated[str | None, text(2083), Called("legalURL")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonOrUserReported:
    """Who is reported."""

    person_or_user_reported_person: Person | None = None
    vehicle_description: Annotated[str, text(300)] | None = None
    esp_identifier: Word255 | None = None
    esp_service: Word100 | None = None
    compromised_account: Truth | None = None
    screen_name: Word256 | None = None
    display_name: tuple[Line, ...] = ()
    profile_url: tuple[Url, ...] = ()
    profile_bio: Text | None = None
    ip_capture_event: tuple[IpCaptureEvent, ...] = ()
    device_id: tuple[DeviceId, ...] = ()
    third_party_user_reported: Truth | None = None
    prior_ct_reports: Annotated[tuple[Number, ...], Called("priorCTReports")] = ()
    group_identifier: Word255 | None = None
    account_temporarily_disabled: TemporarilyDisabled | None = None
    account_permanently_disabled: PermanentlyDisabled | None = None
    estimated_location: EstimatedLocation | None = None
    all_emails_reported: Truth | None = None
    associated_account: tuple[AssociatedAccount, ...] = ()
    additional_info: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntendedRecipient:
    """Whom it was meant for."""

    intended_recipient_person: Person | None = None
    esp_identifier: Word255 | None = None
    esp_service: Word100 | None = None
    compromised_account: Truth | None = None
    screen_name: Word256 | None = None
    display_name: tuple[Line, ...] = ()
    profile_url: tuple[Url, ...] = ()
    profile_bio: Text | None = None
    ip_capture_event: tuple[IpCaptureEvent, ...] = ()
    device_id: tuple[DeviceId, ...] = ()
    prior_ct_reports: Annotated[tuple[Number, ...], Called("priorCTReports")] = ()
    group_identifier: Word255 | None = None
    account_temporarily_disabled: TemporarilyDisabled | None = None
    account_permanently_disabled: PermanentlyDisabled | None = None
    estimated_location: EstimatedLocation | None = None
    all_emails_reported: Truth | None = None
    additional_info: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """A child who was harmed."""

    victim_person: Person
    esp_identifier: Word255 | None = None
    esp_service: Word100 | None = None
    compromised_account: Truth | None = None
    screen_name: Word256 | None = None
    display_name: tuple[Line, ...] = ()
    profile_url: tuple[Url, ...] = ()
    profile_bio: Text | None = None
    ip_capture_event: tuple[IpCaptureEvent, ...] = ()
    device_id: tuple[DeviceId, ...] = ()
    school_name: Word255 | None = None
    prior_ct_reports: Annotated[tuple[Number, ...], Called("priorCTReports")] = ()
    account_temporarily_disabled: TemporarilyDisabled | None = None
    account_permanently_disabled: PermanentlyDisabled | None = None
    estimated_location: EstimatedLocation | None = None
    all_emails_reported: Truth | None = None
    associated_account: tuple[AssociatedAccount, ...] = ()
    additional_info: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report."""

    batched_report: BatchedReport | None = None
    incident_summary: IncidentSummary
    internet_details: tuple[InternetDetails, ...] = ()
    law_enforcement: LawEnforcement | None = None
    reporter: Reporter
    person_or_user_reported: tuple[PersonOrUserReported, ...] = ()
    intended_recipient: tuple[IntendedRecipient, ...] = ()
    victim: tuple[Victim, ...] = ()
    additional_info: Text | None = None
