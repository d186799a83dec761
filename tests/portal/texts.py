# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the portal makes of a text before it stores it: unsafe HTML is taken out, then BBCode becomes HTML, and the rest is escaped."""

from __future__ import annotations

import re

UNSAFE = re.compile(r"<(script|iframe|style|object|embed)\b[^>]*>.*?</\1\s*>|<(?:script|iframe|embed)\b[^>]*/?>", re.IGNORECASE | re.DOTALL)
LINK = re.compile(r"</?a\b[^>]*>", re.IGNORECASE)
KEPT = re.compile(r"<(/?)(b|i|u|s)>", re.IGNORECASE)
BB = re.compile(r"\[(b|i|u|s)\](.*?)\[/\1\]", re.IGNORECASE | re.DOTALL)
QUOTE = re.compile(r"\[quote\](.*?)\[/quote\]", re.IGNORECASE | re.DOTALL)
ADDRESS = re.compile(r"(?<![\w\"'=])(?:https?|ftp)://[^\s<>\"'\[\]]*[^\s<>\"'\[\].,;:!?)]")
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;"}
SIGNS = {"(c)": "&#169;", "(r)": "&#174;", "(tm)": "&#153;"}


def to_html(text):
    """A text as the portal stores it."""
    text = LINK.sub("", UNSAFE.sub("", text))
    text = KEPT.sub(lambda match: f"[{match.group(1)}{match.group(2).lower()}]", text)
    text = "".join(ESCAPES.get(letter, letter) for letter in text)
    text = ADDRESS.sub(_linked, text)
    for sign, code in SIGNS.items():
        text = re.sub(re.escape(sign), code, text, flags=re.IGNORECASE)
    while (marked := BB.sub(_tagged, text)) != text:
        text = marked
    text = QUOTE.sub(_quoted, text)
    text = re.sub(r"\r\n?|\n", "<br />", text).replace("  ", " &nbsp;")
    return re.sub(r"^ (?:&nbsp;)?", "&nbsp;", text)


def _tagged(match):
    tag = match.group(1).lower()
    return f"<{tag}>{match.group(2)}</{tag}>"


def _quoted(match):
    head = "<thead><tr><th></th></tr></thead>"
    return f'<div class="entry-quote"><table class="forum-quote">{head}<tbody><tr><td>{match.group(1)}</td></tr></tbody></table></div>'


def _linked(match):
    address = match.group()
    return f'<noindex><a href="{address}" target="_blank" rel="nofollow" >{address}</a></noindex>'
