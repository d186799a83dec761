# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text that people see of a description: what is asked for and what the portal makes of it are the same."""

from __future__ import annotations

import pytest

from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.plain_text import plain_text, same_text
from portal.texts import to_html


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("one<br />two<br>\nthree\r\nfour", "one\ntwo\nthree\nfour"),
        ("a\n\n b \n", "a\nb"),
        ("&nbsp;a &nbsp;b", "a b"),
        ("1&lt;2 &amp; &quot;x&quot; &#039;y&#039;", "1<2 & \"x\" 'y'"),
        ("&amp;amp;amp;lt;", "<"),
        ("&#169; &copy; (C) &#153;", "(c) (c) (c) (tm)"),
        ("[b]x[/b] <i>y</i> [url=https://a.test]z[/url]", "x y z"),
        (
            'see <noindex><a href="https://a.test/?x=1&amp;y=2" target="_blank" rel="nofollow" >https://a.test/?x=1&amp;y=2</a></noindex>',
            "see https://a.test/?x=1&y=2",
        ),
        ('<a href="https://a.test/long/way">https://a.test/lo...</a>', "https://a.test/long/way"),
        ('<a href="https://a.test/">more...</a>', "more..."),
        ('ok <img src="/s.png" data-code=":)" class="bx-smile" />', "ok :)"),
        ("[list][*]a[*]b[/list]", "a\nb"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("a<script>x</script>b<!-- c -->", "ab"),
        ("use <name> here, if a<b and c>d", "use <name> here, if a<b and c>d"),
        ("[x] done [1]", "[x] done [1]"),
    ],
)
def test_plain_text_of_markup_is_what_people_see(text, seen):
    """Row by row."""
    assert plain_text(text) == seen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "A"),
        ("a b", "ab"),
        ("a\nb", "a b"),
        ("use <name>", "use <id>"),
        ("1 < 2", "1 > 2"),
        ("a", "a."),
        ("https://a.test/1", "https://a.test/2"),
    ],
)
def test_same_text_sees_every_other_difference(one, other):
    """What people would notice is drift."""
    assert not same_text(one, to_html(other))
    assert same_text(one, to_html(one))
