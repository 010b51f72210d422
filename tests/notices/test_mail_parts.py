"""A mail is taken apart within limits, whatever it holds; what is read of it has no markup and hides nothing."""

import base64
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.notices.mail_parts import (
    LARGEST,
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_ATTACHMENTS,
    Attachment,
    decoded,
    header,
    one_line,
    seen,
    taken_apart,
    without_markup,
)


def mail(text: bytes, *heads: bytes) -> bytes:
    """A mail of these headers and this body."""
    return b"\r\n".join(heads) + b"\r\n\r\n" + text


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        *((name, "Réponse du fournisseur : supprimé") for name in ("utf-8", "iso-8859-1", "windows-1252")),
        *(("koi8-r", "удалено"), ("shift_jis", "削除しました"), ("gb18030", "已删除"), ("utf-16", "wég")),
    ],
)
@pytest.mark.parametrize("how", ["base64", "quoted-printable"])
def test_what_people_write_is_read_in_their_letters(charset: str, text: str, how: str) -> None:
    raw = text.encode(charset)
    shown = base64.encodebytes(raw) if how == "base64" else b"".join(b"=%02X" % each for each in raw)
    kind = f"Content-Type: text/plain; charset={charset}".encode()
    made = mail(shown, kind, f"Content-Transfer-Encoding: {how}".encode())
    assert taken_apart(made).plain.strip() == text


@pytest.mark.parametrize("charset", ["klingon", "idna", "punycode", "unicode_escape", "zlib_codec", "iso-8859-99", ""])
def test_a_charset_that_is_none_is_read_as_far_as_it_can_be(charset: str) -> None:
    made = mail(b"gone \\u0041 \xff", b"Content-Type: text/plain; charset=" + charset.encode())
    assert taken_apart(made).plain == "gone \\u0041 \ufffd"


def test_html_alone_becomes_text_and_beside_text_is_left_out() -> None:
    both = EmailMessage()
    both.set_content("It is gone.")
    both.add_alternative("<p>It is <b>not</b> gone.</p>", subtype="html")
    assert taken_apart(both.as_bytes()).plain.strip() == "It is gone."
    alone = EmailMessage()
    alone.set_content("<p>It is <b>gone</b>.</p><p>Yours</p>", subtype="html")
    assert taken_apart(alone.as_bytes()).plain == "It is gone.\n\nYours"


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("a<br>b", "a\nb"),
        ("<style>p{x}</style>a<script>alert('<p>')</script>b", "ab"),
        ("a<SCRIPT>alert(1)</ScRiPt >b", "ab"),
        ("<!-- <p> hidden -->a", "a"),
        ("a &lt;b&gt; &amp; &eacute;", "a <b> & é"),
        ("a<script>never closed", "a"),
        ("a<!-- never closed", "a"),
        ("a<b", "a"),
        ("a < b", "a"),
        ("a<>b</>c", "abc"),
        ("İ<script>x</script>y", "İy"),
        ("<head><title>t</title></head>a", "a"),
    ],
)
def test_no_markup_is_left(marked: str, text: str) -> None:
    assert without_markup(marked) == text


def test_what_hangs_on_a_mail_is_named_and_not_kept() -> None:
    made = EmailMessage()
    made.set_content("see the file")
    made.add_attachment(b"%PDF-1.7 ...", maintype="application", subtype="pdf", filename="decision.pdf")
    made.add_attachment("a text", filename="../../etc/\u202epasswd")
    parts = taken_apart(made.as_bytes())
    assert parts.plain.strip() == "see the file"
    assert parts.attachments == (
        Attachment("decision.pdf", "application/pdf", 12),
        Attachment("../../etc/passwd", "text/plain", 7),
    )


def test_a_mail_with_more_attachments_than_are_named_says_that_it_was_cut() -> None:
    made = EmailMessage()
    made.set_content("x")
    for number in range(MOST_ATTACHMENTS + 1):
        made.add_attachment(b"x", maintype="image", subtype="png", filename=f"{number}.png")
    parts = taken_apart(made.as_bytes())
    assert (len(parts.attachments), parts.cut) == (MOST_ATTACHMENTS, True)


def test_ten_thousand_headers_hide_nothing_before_them() -> None:
    heads = [b"From: abuse@host.example", *(b"X-%d: %s" % (each, b"y" * 90) for each in range(10_000))]
    parts = taken_apart(mail(b"It is gone.", *heads, b"Subject: late"))
    assert (header(parts.head, "From"), header(parts.head, "Subject")) == ("abuse@host.example", "")
    assert (parts.plain, parts.cut) == ("It is gone.", True)


@pytest.mark.parametrize("depth", [5, 59, 200, 5_000])
def test_mails_in_mails_are_read_as_deep_as_people_write(depth: int) -> None:
    text = b"It is gone."
    for level in range(depth):
        bound = b"b%d" % level
        head = b'Content-Type: multipart/mixed; boundary="' + bound + b'"\n\n'
        text = (
            head + b"--" + bound + b"\n" + text + b"\n--" + bound + b"--\n"
            if level
            else (head + b"--" + bound + b"\nContent-Type: text/plain\n\n" + text + b"\n--" + bound + b"--\n")
        )
        if len(text) > 1 << 20:
            break
    parts = taken_apart(b"From: a@host.example\n" + text)
    assert ("It is gone." in parts.plain) is (depth < 5_000)
    assert parts.cut is (depth > 59)


def test_fifty_megabytes_cost_no_more_than_the_largest_mail() -> None:
    parts = taken_apart(mail(b"It is gone.\n" + b"A" * (50 << 20), b"Content-Type: text/plain"))
    assert (parts.plain[:11], len(parts.plain), parts.cut) == ("It is gone.", LONGEST_TEXT, True)
    many = taken_apart(mail(b"x\n" * (LARGEST // 2), b"Content-Type: multipart/mixed; boundary=x"))
    assert many.cut is True


def test_no_control_character_is_left() -> None:
    made = mail(b"a\x00b\x1b[31mc\x07\x9bd", b"Content-Type: text/plain; charset=iso-8859-1")
    assert taken_apart(made).plain == "ab[31mcd"
    assert seen("a\u202eb\u2066c\ud800") == "abc?"
    assert one_line("a\r\nBcc: b\x0b\u2028c") == "a Bcc: b c"


def test_a_header_is_one_line_in_its_letters() -> None:
    parts = taken_apart(mail(b"", b"Subject: =?utf-8?q?supprim=C3=A9?= =?klingon?b?YQ==?=\r\n and more"))
    assert header(parts.head, "Subject") == "suppriméa and more"
    assert decoded("=?utf-8?b?broken") == "=?utf-8?b?broken"
    assert len(decoded("=?utf-8?q?x?=" * 10_000)) <= LONGEST_LINE


PIECES = st.sampled_from(
    [
        *(b"From: a@b.example\n", b"Content-Type: multipart/mixed; boundary=x\n", b"\n", b"--x\n", b"--x--\n", b"\r"),
        *(
            b"Content-Type: message/rfc822\n",
            b"Content-Type: text/html\n",
            b"<script>",
            b"</script",
            b"=?utf-8?b?",
            b"\0",
        ),
        *(
            b"Content-Transfer-Encoding: base64\n",
            b"Content-Type: message/delivery-status\n",
            b"Action: failed\n",
            b"<!--",
        ),
        *(b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n", b"\xff\xfe", b"begin 644 x\n"),
        *(b"Content-Disposition: attachment; filename*0*=utf-8''%00;filename*1=x\n", b"Subject: \xe9 =?x?q?=00?=\n"),
        *(b"Content-Transfer-Encoding: x-uuencode\n", b"Content-Type: text/plain; charset*=a'b'c\n", b"=\n", b"("),
    ]
)


@given(
    st.one_of(st.binary(max_size=2_000), st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=60).map(b"".join))
)
def test_any_bytes_are_taken_apart(raw: bytes) -> None:
    parts = taken_apart(raw)
    for text in (parts.plain, *parts.reports, *parts.originals, *(each.name for each in parts.attachments)):
        assert text == seen(text)
        assert len(text) <= LONGEST_TEXT


@given(st.text(alphabet="<>!-/ascriptbp &;#x0", max_size=300))
def test_any_markup_becomes_text(marked: str) -> None:
    assert "\x00" not in without_markup(marked)
    assert (
        without_markup(marked.replace("<", " ").replace("&", " ")).split()
        == marked.replace("<", " ").replace("&", " ").split()
    )
