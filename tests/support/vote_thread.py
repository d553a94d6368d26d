# SPDX-License-Identifier: Apache-2.0
"""Mails of a vote thread as mail programs really write them, each with how it is to be read."""

import base64
import quopri
from dataclasses import dataclass
from email.header import Header

from atr.formats.mail_vote import NoBallotReason

TEMPLATE = """Hello,

please vote on releasing this candidate as Example 1.0.

To vote, answer on the page above or with the atr command:

  [ ] +1 Release it
  [ ]  0 No opinion
  [ ] -1 Do not release it, because ...

--\x20
ATR
"""
QUOTED = "".join(f"> {line}\n" for line in TEMPLATE.splitlines())
ATTRIBUTION = "On Mon, 2 Mar 2026 at 10:00, Release Manager <rm@example.org> wrote:\n"


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail, and its vote or the reason why it has none."""

    name: str
    raw: bytes
    expected: str | NoBallotReason


def make_mail(body: str | bytes, kind: str = "text/plain; charset=utf-8", /, **fields: str) -> bytes:
    """Return a mail; a field's underscores are hyphens, and an empty field is left out."""
    headers = {
        "Return-Path": "<alice@example.org>",
        "From": "Alice Example <alice@example.org>",
        "To": "dev@example.org",
        "Subject": "Re: [VOTE] Release Example 1.0",
        "Date": "Mon, 02 Mar 2026 12:00:00 +0100",
        "Message-ID": "<answer@example.org>",
        "In-Reply-To": "<call@example.org>",
        "References": "<call@example.org>",
        "MIME-Version": "1.0",
        "Content-Type": kind,
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    head = "".join(f"{name}: {value}\n" for name, value in headers.items() if value)
    return head.encode() + b"\n" + (body.encode() if isinstance(body, str) else body)


def make_parts(kind: str, *parts: str) -> bytes:
    """Return a multipart mail of parts with their own headers."""
    inner = "".join(f"--=_b\n{part}\n" for part in parts)
    return make_mail(f"This is a message in parts.\n{inner}--=_b--\n", f'multipart/{kind}; boundary="=_b"')


def make_html(body: str) -> bytes:
    """Return an HTML mail."""
    return make_mail(f"<html><head><style>p {{}}</style></head><body>{body}</body></html>", "text/html")


def make_coded(text: str, charset: str, encoding: str) -> bytes:
    """Return a mail in that charset and transfer encoding."""
    raw = text.encode(charset)
    coded = base64.encodebytes(raw) if encoding == "base64" else quopri.encodestring(raw)
    return make_mail(coded, f"text/plain; charset={charset}", Content_Transfer_Encoding=encoding)


PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n"
FLOWED = "text/plain; charset=utf-8; format=flowed"
FOOTER = "\n\n" + "-" * 69 + "\nTo unsubscribe, e-mail: dev-unsubscribe@example.org\n+1 800 5551234\n"
SIGNED = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

- -1 (binding)

The licence is missing.
-----BEGIN PGP SIGNATURE-----

iQIzBAEBCgAdFiEE+1
-----END PGP SIGNATURE-----
"""
NONE = NoBallotReason
GOOD = (
    Sample("plain", make_mail("+1\n"), "+1"),
    Sample("binding", make_mail("+1 (binding)\n\nChecked signatures.\n"), "+1"),
    Sample("against with a reason", make_mail("-1 (non-binding), the NOTICE is wrong\n"), "-1"),
    Sample("zero", make_mail("0\n"), "0"),
    Sample("zero with its claim in bold", make_mail("0 *(binding)*\n"), "0"),
    Sample("zero with a sign", make_mail("-0, I had no time\n"), "-0"),
    Sample("half a vote", make_mail("+0.5 (binding)\n"), "+0.5"),
    Sample("bold", make_mail("*+1* (binding)\n"), "+1"),
    Sample("bold with its claim", make_mail("**+1 (binding)**\n"), "+1"),
    Sample("in a sentence of its own", make_mail("Hi all,\n\n+1 from me, works on my machine!\n"), "+1"),
    Sample("an item of a list", make_mail("My vote\n\n * +1 (binding)\n"), "+1"),
    Sample("twice the same", make_mail("+1\n\nlong text\n\n+1 (binding)\n"), "+1"),
    Sample("top-posted", make_mail(f"+1 (binding)\n\n{ATTRIBUTION}{QUOTED}"), "+1"),
    Sample("bottom-posted", make_mail(f"{ATTRIBUTION}{QUOTED}\n+1\n\nThanks\n"), "+1"),
    Sample("inline", make_mail("> [ ] +1 Release it\n+1 from me\n> [ ] -1 Do not\n>\n> Bye\n"), "+1"),
    Sample("the box is ticked", make_mail(TEMPLATE.replace("[ ] +1", "[X] +1", 1)), "+1"),
    Sample("others are quoted", make_mail("> Bob:\n>> -1\n> +0\n\n+1\n"), "+1"),
    Sample("signature", make_mail("+1\n\n-- \nAlice\n-1 is my favourite number\n"), "+1"),
    Sample(
        "telephone number", make_mail("+1 (binding)\n\nAlice\n+1 (555) 010-0199\n+1-555-010-0199\n"), "+1"
    ),
    Sample("footer of the list", make_mail(f"+1{FOOTER}"), "+1"),
    Sample(
        "footer of mailman",
        make_mail(f"-1\n{'_' * 47}\nDev mailing list -- dev@example.org\n+1 more line\n"),
        "-1",
    ),
    Sample("flowed", make_mail("+1 \n(binding), it works \nwell\n-- \nA\n", FLOWED), "+1"),
    Sample("flowed, spaces deleted", make_mail("-1 bec \nause\n", f"{FLOWED}; delsp=yes"), "-1"),
    Sample("flowed quotes", make_mail("> we need at least \n> -1 votes\n\n +1\n", FLOWED), "+1"),
    Sample("HTML", make_html("<div dir=ltr>+1 (binding)<br><br>Thanks</div>"), "+1"),
    Sample(
        "HTML of Gmail",
        make_html(
            '<div>+1</div><div class="gmail_quote"><div class="gmail_attr">On Monday, B wrote:<br></div>'
            "<blockquote><p>-1</p></blockquote></div>"
        ),
        "+1",
    ),
    Sample(
        "HTML of Outlook",
        make_html(
            "<p class=MsoNormal>+1&nbsp;(binding)<o:p></o:p></p>"
            "<div><p><b>From:</b> B<br><b>Sent:</b> Monday<br>"
            "<b>To:</b> dev<br><b>Subject:</b> vote</p></div><p>-1</p>"
        ),
        "+1",
    ),
    Sample(
        "HTML bottom-posted", make_html("<blockquote>-1<blockquote>0</blockquote></blockquote><p>+1"), "+1"
    ),
    Sample(
        "HTML of Gmail, inline",
        make_html(
            '<div class="gmail_quote"><div class="gmail_attr">On 1 March 2026, B wrote:<br></div>'
            "<blockquote>-1</blockquote><div>+1 from me</div><blockquote>0</blockquote></div>"
        ),
        "+1",
    ),
    Sample(
        "HTML forwarded",
        make_html("+1<div class=gmail_quote>---------- Forwarded message ---------<br>From: B<br></div>-1"),
        "+1",
    ),
    Sample("both forms", make_parts("alternative", f"{PLAIN}+1", f"{HTML}<b>+1</b>"), "+1"),
    Sample("empty plain form", make_parts("alternative", f"{PLAIN}\n", f"{HTML}<p><b>-1</b></p>"), "-1"),
    Sample(
        "signed by S/MIME",
        make_parts("signed", f"{PLAIN}+1\n", "Content-Type: application/pkcs7-signature\n\nMIIB+1"),
        "+1",
    ),
    Sample("signed by OpenPGP", make_mail(SIGNED), "-1"),
    Sample(
        "with files",
        make_parts(
            "mixed",
            f"{PLAIN}+1\n",
            "Content-Type: text/plain; name=log.txt\nContent-Disposition: attachment\n\n-1\n",
            "Content-Type: message/rfc822\n\nFrom: b@example.org\n\n-1\n",
            f"{PLAIN}{FOOTER}",
        ),
        "+1",
    ),
    Sample(
        "quoted-printable",
        make_coded("+1 (binding) \u2013 gr\u00fc\u00dfe\n", "utf-8", "quoted-printable"),
        "+1",
    ),
    Sample("base64", make_coded("+1\r\nnice\r\n", "utf-8", "base64"), "+1"),
    Sample("ISO-8859-1", make_coded("-1, d\u00e9sol\u00e9\n", "iso-8859-1", "quoted-printable"), "-1"),
    Sample("ISO-8859-1 as it is", make_mail("+1 d\u00e9j\u00e0\n".encode("latin-1"), "text/plain"), "+1"),
    Sample("GB18030", make_coded("\uff0b1\uff0c\u540c\u610f\u53d1\u5e03\n", "gb18030", "base64"), "+1"),
    Sample("ISO-2022-JP", make_coded("+1 \u8cdb\u6210\n", "iso-2022-jp", "base64"), "+1"),
    Sample("UTF-16", make_coded("-1\n", "utf-16", "base64"), "-1"),
    Sample("unknown charset", make_mail("+1\n", "text/plain; charset=x-nobody-knows"), "+1"),
    Sample("minus sign", make_mail("\u22121 (binding)\n"), "-1"),
    Sample("a type that is none", make_mail("+1\n", "text; charset"), "+1"),
    Sample("no end of the parts", make_mail(f"--b\n{PLAIN}+1\n", "multipart/mixed; boundary=b"), "+1"),
    Sample("byte order mark", make_mail("\ufeff+1\n"), "+1"),
    Sample("CR LF", make_mail("+1\n").replace(b"\n", b"\r\n"), "+1"),
    Sample(
        "rewritten From",
        make_mail("+1\n", From='"Alice via dev" <dev@lists.example>', Reply_To="alice@example.org"),
        "+1",
    ),
    Sample("Outlook", make_mail("+1\n\n-----Original Message-----\nFrom: B\n\n-1\n"), "+1"),
    Sample(
        "QQ", make_mail("+1\n\n------------------ \u539f\u59cb\u90ae\u4ef6 ------------------\n-1\n"), "+1"
    ),
    Sample("From, Sent, To", make_mail("+1\n\nVon: B\nGesendet: gestern\nAn: dev\nBetreff: x\n\n-1\n"), "+1"),
    Sample("forwarded below", make_mail("+1\n\n---------- Forwarded message ---------\n-1\n"), "+1"),
    Sample(
        "telephone",
        make_mail(f"+1\n\nSent from my iPhone\n\n> On 1 Mar 2026, B <b@x> wrote:\n{QUOTED}"),
        "+1",
    ),
    *(
        Sample(f"attribution: {line[:12]}", make_mail(f"+1\n\n{line}\n{mark}-1\n"), "+1")
        for mark in ("> ", "")
        for line in (
            "Am 01.03.26 um 10:00 schrieb Bob:",
            "Le lun. 2 mars 2026 \u00e0 10:00, Bob <bob@example.org>\na \u00e9crit :",
            "El lun, 2 mar 2026 a las 10:00, Bob (<bob@example.org>) escribi\u00f3:",
            "Il giorno lun 2 mar 2026 alle ore 10:00 Bob ha scritto:",
            "Bob <bob@example.org> \u4e8e2026\u5e743\u67082\u65e5\u5468\u4e00 10:00\u5199\u9053\uff1a",
            "2026\u5e743\u67082\u65e5(\u6708) 10:00 Bob <bob@example.org>:",
            "On Mon, Mar 2, 2026 at 10:00 AM Bob Longname Example <\nbob@example.org> wrote:",
        )
    ),
)
BAD = (
    Sample("conditional", make_mail("I'd +1 this if the NOTICE were right.\n"), NONE.PROSE),
    Sample("counting", make_mail("We need at least 3 +1 votes.\n"), NONE.PROSE),
    Sample(
        "counting, wrapped", make_mail("We still need at least\n+1 votes of three members.\n"), NONE.PROSE
    ),
    Sample(
        "wrapped sentence", make_mail("I may well change my vote to a\n+1 if this is fixed.\n"), NONE.PROSE
    ),
    Sample("a count", make_mail("+1: 3 (Bob, Carol, Dave)\n"), NONE.PROSE),
    Sample("numbers", make_mail("0 errors\n0.5 MB\n1. done\n-1.5 degrees\n+10\n+1.2.3\n"), NONE.NO_VOTE),
    Sample("no vote", make_mail("Thanks for the release!\n"), NONE.NO_VOTE),
    Sample("nothing", make_mail(""), NONE.NO_TEXT),
    Sample("contradiction", make_mail("+1\n\nWait.\n\n-1\n"), NONE.AMBIGUOUS),
    Sample("struck out", make_mail("-1 -> +1\n"), NONE.AMBIGUOUS),
    Sample("undecided", make_mail("+1 or +0.9\n"), NONE.AMBIGUOUS),
    Sample("alternatives", make_mail("+1/-1\n"), NONE.AMBIGUOUS),
    Sample(
        "two forms that differ",
        make_parts("alternative", f"{PLAIN}+1\n", f"{HTML}<p>-1</p>"),
        NONE.AMBIGUOUS,
    ),
    Sample("quoted vote", make_mail("Thanks, Bob!\n\n> -1 (binding)\n"), NONE.QUOTED),
    Sample("forwarded", make_mail("FYI\n\nBegin forwarded message:\n\n+1\n"), NONE.QUOTED),
    Sample("signature only", make_mail("Hi\n-- \n+1 for open source\n"), NONE.QUOTED),
    Sample("wrapped quote", make_mail(f"> {'word ' * 14}\n+1 word\n> more\n"), NONE.QUOTED),
    Sample("call for votes", make_mail(TEMPLATE), NONE.PROSE),
    Sample("quoted call", make_mail(f"When?\n\n{ATTRIBUTION}{QUOTED}"), NONE.QUOTED),
    Sample("hidden in HTML", make_html('<p>Hi</p><div style="display:none">+1</div>'), NONE.NO_VOTE),
    Sample("out of office", make_mail("+1\n", Subject="Automatic reply: [VOTE] x"), NONE.AUTOMATIC),
    Sample("automatic", make_mail("+1\n", Auto_Submitted="auto-replied"), NONE.AUTOMATIC),
    Sample("automatic, by precedence", make_mail("+1\n", Precedence="auto_reply"), NONE.AUTOMATIC),
    Sample("automatic, by X-Autoreply", make_mail("+1\n", X_Autoreply="yes"), NONE.AUTOMATIC),
    Sample(
        "bounce",
        make_mail(f"--b\n{PLAIN}+1\n--b--\n", "multipart/report; report-type=delivery-status; boundary=b"),
        NONE.BOUNCE,
    ),
    Sample("bounce from nobody", make_mail("+1\n", Return_Path="<>"), NONE.BOUNCE),
    Sample("bounce of a daemon", make_mail("+1\n", From="MAILER-DAEMON@example.org"), NONE.BOUNCE),
    Sample("result", make_mail("+1 (binding)\nAlice\n", Subject="[RESULT] [VOTE] x"), NONE.RESULT),
    Sample("cancelled", make_mail("-1\n", Subject="[CANCELLED][VOTE] x"), NONE.RESULT),
    Sample("encrypted", make_parts("encrypted", f"{PLAIN}+1\n"), NONE.NO_TEXT),
    Sample(
        "ten thousand parts",
        make_parts("mixed", f"{PLAIN}+1\n", *[f"{PLAIN}x\n"] * 10_000),
        NONE.TOO_COMPLEX,
    ),
    Sample(
        "depth 500",
        make_mail(
            "".join(f"--{n}\nContent-Type: multipart/mixed; boundary={n + 1}\n\n" for n in range(500)),
            "multipart/mixed; boundary=0",
        ),
        NONE.TOO_COMPLEX,
    ),
    Sample("a hundred megabytes", make_mail("a\n" * 50_000_000), NONE.TOO_LONG),
)
HEADER_WORDS = Header("\u00c4nne \u00d6hman", "iso-8859-1").encode()
