"""The table that is read from the dataclasses is the schema's: names, order, how often (formats.md c2)."""

from havre.cybertip import files, incidents, people, report
from havre.cybertip.table import Place, any_order, camel, is_choice, parts_of

WANTED = {
    report.Report: (
        "batchedReport? incidentSummary internetDetails* lawEnforcement? reporter personOrUserReported*"
        " intendedRecipient* victim* additionalInfo?"
    ),
    report.IncidentSummary: (
        "incidentType platform? escalateToHighPriority? reportAnnotations? incidentDateTime"
        " incidentDateTimeDescription?"
    ),
    report.BatchedReport: "@reason",
    report.ReportAnnotations: (
        "sextortion? csamSolicitation? minorToMinorInteraction? spam? sadisticOnlineExploitation?"
    ),
    incidents.InternetDetails: (
        "webPageIncident? emailIncident? newsgroupIncident? chatImIncident? onlineGamingIncident? cellPhoneIncident?"
        " nonInternetIncident? peer2peerIncident?"
    ),
    incidents.WebPageIncident: "@thirdPartyHostedContent? url* additionalInfo?",
    incidents.CellPhoneIncident: "phoneNumber? latitude? longitude? additionalInfo?",
    incidents.Peer2PeerIncident: "client? ipCaptureEvent* fileNames? additionalInfo?",
    report.LawEnforcement: (
        "agencyName caseNumber? officerContact? reportedToLe? servedLegalProcessDomestic?"
        " servedLegalProcessInternational?"
    ),
    report.ServedInternationally: "= @fleaCountry?",
    report.Reporter: "reportingPerson contactPerson? companyTemplate? termsOfService? legalURL?",
    report.PersonOrUserReported: (
        "personOrUserReportedPerson? vehicleDescription? espIdentifier? espService? compromisedAccount? screenName?"
        " displayName* profileUrl* profileBio? ipCaptureEvent* deviceId* thirdPartyUserReported? priorCTReports*"
        " groupIdentifier? accountTemporarilyDisabled? accountPermanentlyDisabled? estimatedLocation?"
        " allEmailsReported? associatedAccount* additionalInfo?"
    ),
    report.IntendedRecipient: (
        "intendedRecipientPerson? espIdentifier? espService? compromisedAccount? screenName? displayName* profileUrl*"
        " profileBio? ipCaptureEvent* deviceId* priorCTReports* groupIdentifier? accountTemporarilyDisabled?"
        " accountPermanentlyDisabled? estimatedLocation? allEmailsReported? additionalInfo*"
    ),
    report.Victim: (
        "victimPerson espIdentifier? espService? compromisedAccount? screenName? displayName* profileUrl* profileBio?"
        " ipCaptureEvent* deviceId* schoolName? priorCTReports* accountTemporarilyDisabled?"
        " accountPermanentlyDisabled? estimatedLocation? allEmailsReported? associatedAccount* additionalInfo?"
    ),
    people.Person: "firstName? lastName? phone* email* address* age? dateOfBirth?",
    people.IpCaptureEvent: "ipAddress eventName? dateTime? possibleProxy? port?",
    people.DeviceId: "idType idValue eventName? dateTime?",
    people.Phone: "= @type? @verified? @verificationDate? @countryCallingCode? @extension?",
    people.TemporarilyDisabled: "= @disabledDate? @userNotified? @userNotifiedDate? @reenabledDate?",
    people.EstimatedLocation: "@verified? @timestamp? city? region? countryCode?",
    files.FileDetails: (
        "reportId fileId fileName? originalFileName? uploadedToEspTimestamp? locationOfFile? fileViewedByEsp?"
        " exifViewedByEsp? publiclyAvailable? fileRelevance? potentialMeme? fileAnnotations? industryClassification?"
        " originalFileHash* ipCaptureEvent? deviceId* details* additionalInfo*"
    ),
    files.FileAnnotations: (
        "animeDrawingVirtualHentai? potentialMeme? viral? possibleSelfProduction? physicalHarm? violenceGore?"
        " bestiality? liveStreaming? infant? generativeAi?"
    ),
    files.OriginalFileHash: "= @hashType",
    files.Details: "@type? nameValuePair+",
    files.ReportResponse: "responseCode responseDescription reportId? fileId? hash?",
    files.ReportDoneResponse: "responseCode reportId files",
    files.Files: "fileId*",
}


def written(cls: type) -> str:
    often = {(1, False): "", (0, False): "?", (0, True): "*", (1, True): "+"}
    return " ".join(
        "=" if part.place is Place.CONTENT else f"{part.shown}{often[part.least, part.many]}" for part in parts_of(cls)
    )


def test_every_class_has_the_fields_of_the_schema_in_their_order() -> None:
    assert {cls.__name__: written(cls) for cls in WANTED} == {cls.__name__: said for cls, said in WANTED.items()}


def test_marks_and_kinds_of_incident_stand_in_any_order() -> None:
    free = (report.ReportAnnotations, files.FileAnnotations, incidents.InternetDetails)
    assert [cls for cls in WANTED if any_order(cls)] == [*free[:1], *free[2:], *free[1:2]]
    assert [cls for cls in WANTED if is_choice(cls)] == [incidents.InternetDetails]


def test_names_in_camel_case() -> None:
    assert camel("esp_identifier") == "espIdentifier"
