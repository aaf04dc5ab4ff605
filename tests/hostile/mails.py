"""Mails somebody who can answer a cold e-mail might send: HTML that hides, links that lie, endless depth."""

from typing import Final

from tests.hostile.corpus import PAYLOADS

HTML: Final[dict[str, str]] = {
    "scripts": "<script>owned()</script><style>owned{}</style>seen<noscript>owned</noscript>",
    "remote images": '<img src="http://owned.test/p.gif" alt="\x1b]0;owned\x07"><img src=//x.test/x>seen',
    "display none": '<div style="Display : NONE">owned</div><p hidden>owned</p>seen',
    "by a class": "<style>.a, p.pre{display:none}</style><p class='x pre'>owned</p><i class=A>owned</i>seen",
    "no size": '<span style="font-size:0px">owned</span><p style="height:0;overflow:hidden">owned</p>seen',
    "white on white": '<p style="color:#FFF">owned</p><font color=white>owned</font>seen',
    "white on black": '<table bgcolor="#000"><tr><td><font color="#ffffff">seen</font></td></tr></table>',
    "entities": "seen &#27;]0;owned&#7; &#155;31m &#x202e;fdp &lt;script&gt; &#0; &#xd800; &#99999999;",
    "never closed": "seen<!-- owned <b>owned",
    "broken tags": "<b <i>seen</i ></b <a href='x>1<p>2",
    "action": '<a href="[@click=app.quit]x">[@click=app.quit]seen[/]</a>',
    "escape in a link": '<a href="http://a.test/\x1b]8;;http://owned.test\x07">seen</a>',
    "javascript": '<a href="javascript:owned()">seen</a><a href="data:text/html,owned">x</a>',
}
"""Each shows "seen" and never "owned" in what is written; links may name their host."""

BOMBS: Final[dict[str, str]] = {
    "five megabytes": "word " * 1_000_000,
    "deep marks": ">" * 10_000 + " x\n" + "\n".join("> " * n for n in range(1, 600)),
    "deep quotes": "<blockquote>x" * 10_000,
    "deep lists": "<ul><li>x" * 10_000,
    "unclosed tags": "<a" * 100_000,
    "unclosed quotes": "<a b='" * 60_000,
    "lone brackets": "< " * 100_000 + ">",
    "one tag": "<p style='" + "a:b;" * 100_000 + "'>x",
    "comments": "<!--" * 100_000,
    "a style sheet": "<style>" + ".a," * 60_000 + "{display:none}" + "@media{" * 20_000,
    "attributions": "On x\n" * 50_000,
    "headers": "From: a\n" * 50_000,
    "greetings": "best\n" * 50_000,
    "addresses": "http://" + "a@" * 100_000 + " http://" * 20_000,
    "misread": "Ã¼" * 100_000,
}

RAW: Final[dict[str, bytes]] = {
    "parts in parts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)
    ),
    "messages in messages": b"Content-Type: message/rfc822\n\n" * 3_000,
    "encoded words": b"Subject: =?utf-8?q?" * 20_000 + b"\n\nseen",
    "parameters": b"Content-Type: text/plain" + b";" * 100_000 + b"\n\nseen",
    "no end of a part": b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nseen",
    "unknown charset": b"Content-Type: text/plain; charset=\x1b]0;owned\x07\n\nseen \xe4",
    "a codec that is no charset": b"Content-Type: text/plain; charset=punycode\n\nseen" + b"\xe4" * 50_000,
    "broken base64": b"Content-Transfer-Encoding: base64\n\nc2V!!lbg",
    "broken quoted-printable": b"Content-Transfer-Encoding: quoted-printable\n\nseen =E4=ZZ=\n=",
    "no header": b"\x00\xff\xfe" * 50,
    "escapes": b"Subject: a\x1b]0;owned\x07\n\nseen" + PAYLOADS["clipboard, BEL"].encode(),
}
