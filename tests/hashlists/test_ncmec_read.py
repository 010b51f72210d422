"""Hash sharing as others write it: their order, their gaps, their attacks."""

from io import BytesIO
from xml.etree.ElementTree import tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.hashlists import ncmec
from havre.hashlists.entry import Kind, Signal
from havre.hashlists.ncmec_read import MOST_VOTE, Vote, read, vote
from havre.hashlists.told import BadTold, Told
from tests.hashlists.made import made

MD5 = "a1" * 16
THEIRS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">
 <images count="3" maxTimestamp="2017-10-24T15:10:00Z">
  <image>
   <member id="42">Example Member</member><timestamp>2017-10-24T15:00:00Z</timestamp><id>image1</id>
   <classification>A1</classification>
   <fingerprints><md5>{MD5.upper()}</md5><sha1>tooshort</sha1><pdna>AAAA</pdna>
    <tmk-pdqf rel="self" href="/x"/></fingerprints>
   <feedback>
    <affirmativeFeedback type="Md5"><members><member id="42">a</member><member id="43">b</member></members>
    </affirmativeFeedback>
    <affirmativeFeedback type="Sha1"><members><member id="43">b</member></members></affirmativeFeedback>
    <negativeFeedback type="Sha1"><reasons><reason guid="g" name="n"/>
     <members><member id="7">c</member></members></reasons></negativeFeedback>
   </feedback>
  </image>
  <image><member id="42">Example Member</member><id>image2</id><fingerprints><pdna>AAAA</pdna></fingerprints></image>
  <image><id>image3</id></image>
  <image><member id="42"/><timestamp>yesterday</timestamp><id>image4</id>
   <fingerprints><md5>{MD5}</md5></fingerprints></image>
  <deletedImage><member id="43">Example Member2</member><id>image5</id>
   <timestamp>2017-10-24T15:10:00Z</timestamp></deletedImage>
 </images>
 <videos count="1" maxTimestamp="2017-10-24T15:20:00Z">
  <video><member id="42">E</member><id>video1</id><fingerprints><md5>{MD5}</md5></fingerprints></video>
 </videos>
 <paging><next>/v2/entries?from=a&amp;start=2001&amp;size=1000&amp;max=3000</next></paging>
</queryResult>""".encode()


def test_what_others_write_is_read_and_what_cannot_be_is_named() -> None:
    page = read(BytesIO(THEIRS))
    md5 = (Signal("md5", MD5),)
    unknown = "no fingerprint of this entry is of a method that is known here"
    assert page.told == (
        Told("42-image1", md5, tags=("A1",), agree=2, disagree=1, changed=1_508_857_200),
        BadTold("entry 2", unknown),
        BadTold("entry 3", "an entry says its id and whose it is"),
        BadTold("entry 4", "a moment is written as 2026-11-27T03:00:00Z"),
        Told("43-image5", changed=1_508_857_800, retracted=True),
        Told("42-video1", md5, Kind.FILM),
    )
    assert page.next == "/v2/entries?from=a&start=2001&size=1000&max=3000"
    assert page.newest == 1_508_858_400


def test_what_stands_before_a_break_is_kept_and_the_break_named() -> None:
    page = read(BytesIO(THEIRS[: THEIRS.index(b"<deletedImage>")]))
    assert isinstance(page.told[0], Told)
    assert page.told[-1] == BadTold("entry 5", "here the XML is broken")
    assert (page.next, page.newest) == ("", 0)


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><queryResult>&b;</queryResult>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><queryResult>&a;</queryResult>'


@pytest.mark.parametrize("wrong", [b"", b"no", b"<html/>", BOMB, OUTSIDE, b"\xff\xfe", b"<a>" * 1000])
def test_what_is_no_answer_is_refused(wrong: bytes) -> None:
    with pytest.raises(Invalid, match="no answer with entries"):
        read(BytesIO(wrong))


def test_an_endless_answer_ends_at_its_limit_with_what_was_read() -> None:
    one = THEIRS[THEIRS.index(b"<deletedImage>") : THEIRS.index(b"</deletedImage>") + 15]
    endless = b"<queryResult><images>" + one * 5000
    page = read(BytesIO(endless), most_bytes=200_000)
    assert page.told[-1] == BadTold(f"entry {len(page.told)}", "this is larger than an answer may be")
    assert 500 < len(page.told) < 3000


@given(st.integers(0, len(THEIRS) - 1), st.binary(min_size=1, max_size=4))
def test_no_change_of_an_answer_raises_but_invalid(place: int, instead: bytes) -> None:
    try:
        read(BytesIO(THEIRS[:place] + instead + THEIRS[place + len(instead) :]))
    except Invalid:
        return


def test_an_empty_answer_is_one() -> None:
    page = read(BytesIO(b"<queryResult><images count='0'/></queryResult>"))
    assert (page.told, page.next, page.newest) == ((), "", 0)


@pytest.mark.parametrize("namespace", ["", ' xmlns="https://hashsharing.ncmec.org/hashsharing/v2"'])
def test_votes_are_read_as_clients_send_them(namespace: str) -> None:
    affirmative = f"<feedbackSubmission{namespace}><affirmative /></feedbackSubmission>"
    assert vote(affirmative.encode()) == Vote(up=True)
    (guid, name), (other, second), *_ = ncmec.REASONS.items()
    negative = (
        f"<feedbackSubmission{namespace}><negative><reasonIds><guid>{guid}</guid><guid> {other} </guid>"
        "</reasonIds></negative></feedbackSubmission>"
    )
    assert vote(negative.encode()) == Vote(up=False, reason=f"{name}; {second}")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no XML"),
        (BOMB, "no XML"),
        (b"<feedbackSubmission/>", "affirmative or negative"),
        (b"<feedbackSubmission><affirmative/><negative/></feedbackSubmission>", "affirmative or negative"),
        (b"<affirmative/>", "affirmative or negative"),
        (b"<feedbackSubmission><negative/></feedbackSubmission>", "one of the reasons"),
        (b"<feedbackSubmission><negative><guid>x</guid></negative></feedbackSubmission>", "one of the reasons"),
        (b" " * (MOST_VOTE + 1), "at most"),
    ],
)
def test_what_is_no_vote_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        vote(body)


def test_a_retracted_entry_of_ours_is_read_by_its_name() -> None:
    body = tostring(ncmec.result([made(7, retracted=True)], ncmec.Member(3, "x")))
    assert [each.key for each in read(BytesIO(body)).told if isinstance(each, Told)] == ["3-7"]
