# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong on the way: each fault with the codes that a task may fail with because of it."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Seconds that a request may take, where one that takes longer is the fault; and how long that one takes.
TIMEOUT = 0.5
LONGER = 0.7


@dataclass(frozen=True)
class Fault:
    """One fault.

    :ivar kind: as in the portal's script of faults.
    :ivar codes: error codes that name it.
    :ivar passes: whether repeating helps, so that a task which may wait has to succeed.
    :ivar detail: as in the portal's script of faults.
    :ivar followed: whether it is no fault when it comes once: one hop to as good an address.
    :ivar options: further options of the task.
    """

    kind: str
    codes: tuple
    passes: bool = False
    detail: dict = field(default_factory=dict)
    followed: bool = False
    options: dict = field(default_factory=dict)

    @property
    def is_slow(self):
        """Whether it takes time, which nobody can fake."""
        return self.options is SLOW

    @property
    def is_late(self):
        """Whether a write may be stored after the task has ended: nobody can know of it."""
        return self.kind == "slow" and not self.detail.get("executed")

    def lasts(self, times, max_wait):
        """Whether it is still there when the task ends."""
        return times > 1

    def place(self, portal, position=0, times=1, method=None):
        """Let it hit the request at a position, or that one and further ones; only those that call a method, if one is named."""
        portal.fault(self.kind, skip=position, times=times, method=method, **self.detail)


class ConnectionRefused(Fault):
    """The portal answers, and stops listening before the next request, until somebody waits for it."""

    def lasts(self, times, max_wait):
        """Whether it is still there when the task ends."""
        return times > 1 or not max_wait

    def place(self, portal, position=0, times=1, method=None):
        """Let nobody listen from the request at a position on."""
        if position == 0:
            portal.stop()
        else:
            portal.fault("leave", skip=position - 1)


class Moved(Fault):
    """The portal has another host name now."""

    def place(self, portal, position=0, times=1, method=None):
        """Let it send callers there, who may come from there already."""
        elsewhere = portal.portal_url.replace("127.0.0.1", "localhost") + "/elsewhere/"
        portal.fault("redirect", skip=position, times=times, method=method, location=elsewhere)


def _fault(kind, *codes, passes=False, followed=False, options=None, **detail):
    return Fault(kind, codes, passes, detail, followed, options or {})


def _both(name, kind, *codes, **more):
    """A fault before anything is stored, and the same after it."""
    return {name: _fault(kind, *codes, **more), f"{name}, and it was stored": _fault(kind, *codes, executed=True, **more)}


def _refusal(code, status, passes=False, **detail):
    return _fault("error", code, passes=passes, code=code, status=status, description="said the portal", **detail)


SLOW = {"timeout": TIMEOUT}

#: A write whose answer has a result is not judged by it, but by what is read afterwards.
NONSENSE = ("unexpected_answer", "not_stored", "not_deleted")
ODD = {"id": [], "groupId": {}, "createdBy": "x", "modifiedBy": 1.5, "result": 5, "result_error": "x"}

FAULTS = {
    "nobody listens": ConnectionRefused("leave", ("connection_refused",), passes=True),
    **_both("reset", "reset", "connection_broken", passes=True),
    "timeout": _fault("reset", "timeout", passes=True, seconds=LONGER, options=SLOW),
    "timeout, and it was stored": _fault("slow", "timeout", passes=True, executed=True, seconds=LONGER, options=SLOW),
    "timeout, and it is stored later": _fault("slow", "timeout", passes=True, seconds=LONGER, options=SLOW),
    **_both("a page with status 502", "html", "unexpected_answer", passes=True, status=502),
    "a page with status 503": _fault("html", "unexpected_answer", passes=True, status=503),
    "a page with status 504, and it was stored": _fault("html", "unexpected_answer", passes=True, status=504, executed=True),
    "a page with status 521": _fault("html", "unexpected_answer", passes=True, status=521),
    "a page with status 524, and it was stored": _fault("html", "unexpected_answer", passes=True, status=524, executed=True),
    "a page with status 500, and it was stored": _fault("html", "unexpected_answer", status=500, executed=True),
    **_both("a page with status 200", "html", "unexpected_answer", status=200),
    **_both("empty", "empty", "unexpected_answer"),
    "truncated": _fault("truncated", "connection_broken", passes=True),
    "half of the JSON": _fault("cut", "unexpected_answer"),
    "not UTF-8": _fault("not_utf8", "unexpected_answer"),
    **_both("null", "json", "unexpected_answer", value=None),
    "a list": _fault("json", "unexpected_answer", value=[]),
    "a text as the result": _fault("json", *NONSENSE, value={"result": "x"}),
    "null as the result": _fault("json", *NONSENSE, value={"result": None}),
    **_both("numbers of the wrong types", "json", *NONSENSE, value={"result": ODD}),
    **_both("an error inside 200", "json", "ERROR_CORE", value={"error": "ERROR_CORE", "error_description": "said the portal"}),
    "an error with status 500, and it was stored": _refusal("INTERNAL_SERVER_ERROR", 500, executed=True),
    "an error with status 502": _refusal("BAD_GATEWAY", 502, passes=True),
    "too many requests": _refusal("QUERY_LIMIT_EXCEEDED", 503, passes=True),
    "the method's time is used up": _refusal("OPERATION_TIME_LIMIT", 429, passes=True),
    "a page with status 429": _fault("html", "unexpected_answer", passes=True, status=429),
    "blocked by hand": _refusal("OVERLOAD_LIMIT", 503),
    "signed out": _refusal("INVALID_CREDENTIALS", 401),
    "redirect within the host": _fault("redirect", "redirect_refused", followed=True, location="/rest/", status=302),
    "redirect to another host": Moved("redirect", ("redirect_refused",), followed=True),
    "redirect down to http": _fault("redirect", "redirect_refused", location="http://127.0.0.1/", status=307),
    "redirect to nowhere": _fault("redirect", "redirect_refused", followed=True, location="", status=301),
    "redirect to what is no address": _fault("redirect", "redirect_refused", location="https://[", status=308),
}
