# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts as people write them into a description, with what the portal makes something else of."""

from __future__ import annotations

from hypothesis import strategies as st

_WORDS = ["x", "B7", "1 < 2", ".", ",", "\U0001f680", "\u00e9", "0", "100% $5 #tag @you", "AT&T", "R&D;", "ok :)"]
_BLANKS = [" ", "  ", "   ", "\n", "\r\n", "\n\n", "\t", "\u00a0"]
_SIGNS = ["&", "<", ">", '"', "'", "&lt;", "&amp;", "&amp;lt;", "&nbsp;", "&copy", "(c)", "(C)", "(r)", "(TM)", "\u00a9", "\u2122"]
_ADDRESSES = ["https://x.test/?a=1&b=2", "http://y.test/z.", "(ftp://z.test/a)", "me@x.test", "https://x.test/a(c)b"]
_MARKUP = ["<name>", "[b]bold[/b]", "<b>bold</b>", "[x]", "[quote]q[/quote]", "<h1>t</h1>", "<script>x</script>", '<a href="#">l</a>']

#: Any of it in any order; a text that the portal would drop is left out.
PLAIN = (
    st.lists(st.sampled_from(_WORDS + _BLANKS + _SIGNS + _ADDRESSES + _MARKUP), min_size=1, max_size=15)
    .map("".join)
    .filter(lambda text: text != "0")
)
