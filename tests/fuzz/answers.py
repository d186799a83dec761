# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that no portal should give: any status, any headers, any bytes, any JSON, and the secret echoed in any encoding."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import ResponseError
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.transport import Response

SECRET = "aB3/x+y&Z9k2p'7w<Q"

#: Words that mean something to the client, so that examples get past its first line.
KEYS = ["result", "error", "error_description", "time", "total", "next", "result_error", "result_time", "code", "message"]
KEYS += ["c0", "c1", "c2", "id", "groupId", "createdBy", "modifiedBy", "entityType", "ID", "workgroups", "name", "type", "scrumMasterId"]
KEYS += ["SCRUM_MASTER_ID", "TYPE", "USER_DATA", "ROLE", "FEATURES", "featureName", "active", "operating_reset_at", "finish"]
KEYS += ["access_token", "refresh_token", "expires"]
CODES = ["0", "100", "22002", "QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT", "expired_token", "insufficient_scope", "invalid_grant"]
CODES += ["ERROR_METHOD_NOT_FOUND", "Backlog not found", "Access denied", "Sprint not found", "backlog", "scrum", "tasks", "wrong_client"]

numbers = st.one_of(
    st.integers(-2, 12),
    st.sampled_from([50, 51, 500, 2**31, 2**63, 10**15, -(10**30)]),
    st.floats(),
)
words = st.one_of(
    st.text(max_size=8),
    st.sampled_from(CODES),
    st.sampled_from(["1", "-1", "--5", "٣", "1e3", "9" * 30, "", "\ud800", "\x1b[2J", "{{ 7 * 7 }}"]),
)


def encodings(letter):
    """How portals, proxies and pages write one letter of a text that they repeat."""
    code = ord(letter)
    plain = [letter, letter.upper(), letter.lower()]
    escaped = [
        f"%{code:02x}",
        f"%{code:02X}",
        f"&#{code};",
        f"&#x{code:x};",
        f"&#0{code};",
        f"\\u{code:04x}",
        f"\\u{code:04X}",
        f"\\x{code:02x}",
    ]
    named = {"&": ["&amp;"], "<": ["&lt;"], ">": ["&gt;"], '"': ["&quot;", '\\"'], "'": ["\\'"], "/": ["\\/"], " ": ["+"]}.get(letter, [])
    return st.sampled_from([*plain * 3, *escaped, *named])


@st.composite
def echoes(draw, secret=SECRET):
    """The secret, or a part of it, as a text that surrounds and encodes it."""
    start = draw(st.integers(0, len(secret) - 6))
    end = draw(st.integers(start + 6, len(secret)))
    shown = "".join(draw(encodings(letter)) for letter in secret[start:end])
    return draw(st.sampled_from(["", "/rest/1/", "<b>", "auth="])) + shown + draw(st.sampled_from(["", "/", "</b>", "&x=1"]))


scalars = st.one_of(st.none(), st.booleans(), numbers, words, echoes())
keys = st.one_of(st.sampled_from(KEYS), st.text(max_size=4))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=5)),
    max_leaves=20,
)
records = st.fixed_dictionaries({name: st.one_of(st.integers(1, 4), scalars) for name in ("id", "groupId", "createdBy", "modifiedBy")})
groups = st.fixed_dictionaries(
    {"id": st.one_of(st.integers(1, 9), st.integers(1, 9).map(str), scalars)},
    optional={"name": words, "type": words, "scrumMasterId": scalars},
)
listed = st.fixed_dictionaries({"workgroups": st.one_of(st.lists(groups, max_size=4), values)})
errors = st.fixed_dictionaries(
    {"error": st.one_of(st.sampled_from(CODES), values)}, optional={"error_description": st.one_of(words, values)}
)
results = st.one_of(values, records, records.map(lambda r: dict(r, entityType="backlog")), listed)
maps = st.one_of(st.dictionaries(st.sampled_from(["c0", "c1", "c2", "c3"]), results, max_size=4), st.lists(results, max_size=4), values)
batches = st.fixed_dictionaries(
    {},
    optional={
        "result": maps,
        "result_error": st.one_of(st.dictionaries(st.sampled_from(["c0", "c1"]), errors, max_size=2), maps),
        "result_time": maps,
    },
)
envelopes = st.one_of(
    errors,
    st.fixed_dictionaries({"result": st.one_of(results, batches)}, optional={"time": values, "total": scalars, "next": scalars}),
    st.fixed_dictionaries({}, optional={"access_token": scalars, "refresh_token": scalars, "expires": scalars}),
    values,
)
documents = envelopes.map(lambda value: json.dumps(value).encode())
bodies = st.one_of(
    documents,
    documents,
    documents,
    documents.flatmap(lambda whole: st.integers(0, len(whole)).map(lambda cut: whole[:cut])),
    echoes().map(lambda text: f"<html><body>{text} not found</body></html>".encode()),
    st.binary(max_size=40),
    st.integers(100, 3000).map(lambda depth: b'{"result": ' + b"[" * depth + b"]" * depth + b"}"),
    st.integers(100, 3000).map(lambda depth: b'{"error": ' + b"[" * depth + b"]" * depth + b"}"),
)
statuses = st.one_of(st.just(200), st.sampled_from([200, 400, 401, 403, 404, 429, 500, 502, 503, 504]), st.integers(100, 999))
header_texts = st.one_of(st.sampled_from(["application/json", "text/html; charset=utf-8", "", ";"]), words, echoes())
answers = st.builds(
    Response,
    status=statuses,
    content_type=header_texts,
    body=bodies,
    retry_after=st.one_of(st.none(), st.none(), st.sampled_from([0.0, 1.0, 20.0, 4000.0, float("inf")])),
    location=header_texts,
)
lost = st.builds(
    ResponseError,
    code=st.sampled_from(["connection_refused", "connection_broken", "timeout", "tls", "proxy"]),
    description=st.just("it broke"),
    uncertain=st.booleans(),
)
scripts = st.lists(st.one_of(answers, answers, answers, lost), min_size=1, max_size=6)
