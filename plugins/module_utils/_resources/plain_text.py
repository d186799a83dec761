# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text that people see of a description: the portal stores HTML that it makes of plain text, BBCode and HTML.

Source: the server's own code. It takes unsafe HTML out, renders BBCode, escapes the rest, and links addresses.
The same function reduces what is asked for and what is stored, so formatting alone is no difference.
"""

from __future__ import annotations

import html
import re

#: Elements of HTML and BBCode that stand on a line of their own, lie in a row of a table, or format what is in the line.
_BLOCK = "p|div|br|hr|ul|ol|li|list|tr|table|thead|tbody|quote|blockquote|code|pre|h[1-6]|left|right|center|justify|spoiler"
_CELL = "td|th"
_INLINE = "a|b|i|u|s|em|strong|del|strike|span|font|color|size|small|big|sub|sup|noindex|nobr|url|email|user|img|style"

_REMOVED = re.compile(
    r"<(script|iframe|style|object|embed)\b[^<>]*>.*?</\1\s*>|</?(?:script|iframe|object|embed)\b[^<>]*>|<!--.*?-->|\[img\b[^\]\n]*\].*?\[/img\]",
    re.IGNORECASE | re.DOTALL,
)
_SMILEY = re.compile(r"<img\b[^<>]*\bdata-code=\"([^\"<>]*)\"[^<>]*>", re.IGNORECASE)
_LINK = re.compile(r"<a\b[^<>]*\bhref=\"([^\"<>]*)\"[^<>]*>([^<>]*?)(?:\.\.\.|&hellip;|\u2026)[^<>]*</a>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"\r\n?|<br\s*/?>\n?", re.IGNORECASE)
_REPEATED_AMP = re.compile(r"&(?:(?:amp|#38|#x26);)+", re.IGNORECASE)
_SIGNS = {"\u00a9": "(c)", "\u00ae": "(r)", "\u2122": "(tm)"}
_FOLDED_SIGN = re.compile(r"\((?:c|r|tm)\)", re.IGNORECASE)

#: Rounds after which a text is taken as it is. Ordinary text needs three.
_MAX_ROUNDS = 50


def plain_text(text):
    """A description reduced to the text that people see.

    :param text: plain text, BBCode, HTML, or what the portal made of one of them.
    :returns: lines without blanks at their ends and without empty ones in between, each run of blanks being one.
    """
    for _round in range(_MAX_ROUNDS):
        reduced = _reduce(text)
        if reduced == text:
            break
        text = reduced
    for sign, letters in _SIGNS.items():
        text = text.replace(sign, letters)
    text = _FOLDED_SIGN.sub(lambda match: match.group().lower(), text)
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def same_text(asked, stored):
    """Whether people see the same text in both."""
    return plain_text(asked) == plain_text(stored)


def _reduce(text):
    """One layer of markup and of escaping less."""
    text = _REMOVED.sub("", _LINE_BREAK.sub("\n", text))
    text = _LINK.sub(_whole_address, _SMILEY.sub(r"\1", text))
    for pattern, replacement in _TAGS:
        text = pattern.sub(replacement, text)
    return html.unescape(_REPEATED_AMP.sub("&", text))


def _whole_address(link):
    """The address of a link whose text the portal has shortened; another link as it is."""
    address, beginning = link.groups()
    return address if beginning and address.startswith(beginning) else link.group()


def _tag(names):
    """Opening or closing tags of HTML and BBCode."""
    return re.compile(rf"</?(?:{names})(?:\s[^<>]*=[^<>]*)?\s*/?>|\[/?(?:{names})(?:[= ][^\[\]\n]*)?\]", re.IGNORECASE)


_TAGS = ((re.compile(r"\[\*\]"), "\n"), (_tag(_BLOCK), "\n"), (_tag(_CELL), " "), (_tag(_INLINE), ""))
