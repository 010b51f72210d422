"""Where it happened: a page, mail, a newsgroup, a chat, a game, a telephone, the world, or from peer to peer."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from havre.cybertip.people import Address, Email, IpCaptureEvent, Latitude, Longitude, Phone, Text, Word255
from havre.cybertip.table import ATTRIBUTE, Called
from havre.cybertip.values import TRUTH


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPageIncident:
    """On a page."""

    third_party_hosted_content: Annotated[bool | None, TRUTH, ATTRIBUTE] = None
    url: tuple[Text, ...] = ()
    additional_info: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailIncident:
    """By mail."""

    email_address: tuple[Email, ...] = ()
    content: Text | None = None
    additional_info: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsgroupIncident:
    """In a newsgroup."""

    name: Word255 | None = None
    email_address: tuple[Email, ...] = ()
    content: Text | None = None
    additional_info: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatImIncident:
    """In a chat."""

    chat_client: Word255 | None = None
    chat_room_name: Word255 | None = None
    content: Text | None = None
    additional_info: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineGamingIncident:
    """During a game."""

    game_name: Word255 | None = None
    console: Word255 | None = None
    content: Text | None = None
    additional_info: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPhoneIncident:
    """By telephone."""

    phone_number: Phone | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    additional_info: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NonInternetIncident:
    """Without any network."""

    location_name: Word255 | None = None
    incident_address: tuple[Address, ...] = ()
    additional_info: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer2PeerIncident:
    """From peer to peer."""

    client: Word255 | None = None
    ip_capture_event: tuple[IpCaptureEvent, ...] = ()
    file_names: Text | None = None
    additional_info: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InternetDetails:
    """Exactly one of them."""

    CHOICE: ClassVar[bool] = True

    web_page_incident: WebPageIncident | None = None
    email_incident: EmailIncident | None = None
    newsgroup_incident: NewsgroupIncident | None = None
    chat_im_incident: ChatImIncident | None = None
    online_gaming_incident: OnlineGamingIncident | None = None
    cell_phone_incident: CellPhoneIncident | None = None
    non_internet_incident: NonInternetIncident | None = None
    peer2peer_incident: Annotated[Peer2PeerIncident | None, Called("peer2peerIncident")] = None
