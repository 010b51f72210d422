"""The closed sets of words of the schema, as they stand in it."""

import re

INCIDENTS = (
    "Child Pornography (possession, manufacture, and distribution)",
    "Child Sex Trafficking",
    "Child Sex Tourism",
    "Child Sexual Molestation",
    "Misleading Domain Name",
    "Misleading Words or Digital Images on the Internet",
    "Online Enticement of Children for Sexual Acts",
    "Unsolicited Obscene Material Sent to a Child",
)
EVENTS = ("Login", "Registration", "Purchase", "Upload", "Other", "Unknown")
ADDRESSES = ("Home", "Business", "Billing", "Shipping", "Technical")
EMAILS = ("Home", "Work", "Business", "Recovery")
PHONES = ("Mobile", "Home", "Business", "Work", "Fax", "Internet", "Recovery")
ACCOUNTS = ("Billing", "Linked", "Business", "Creator", "Parent/Guardian", "Other")
RELEVANCE = ("Reported", "Supplemental Reported")
CLASSES = ("A1", "A2", "B1", "B2")
"""A: prepubescent, B: pubescent; 1: an act, 2: an exhibition."""
DETAILS = ("EXIF", "HASH")
REASONS = ("VIRAL_POTENTIAL_MEME",)

STATES = tuple(
    re.findall(
        "[A-Z]{2}",
        "AK AL AR AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY"
        " OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY",
    )
)
"""States and territories of the United States."""

COUNTRIES = tuple(
    re.findall(
        "[A-Z][A-Z0-9]",
        "A1 A2 AN AP O1"  # a proxy, a satellite, what was the Netherlands Antilles, Asia and the Pacific, any other
        " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY"
        " BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK"
        " FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR"
        " IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK"
        " ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM"
        " PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF"
        " TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW",
    )
)
"""ISO 3166 codes, XK for Kosovo, and what the service has beside them."""
