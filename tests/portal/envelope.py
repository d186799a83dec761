# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How answers look: result and time, or an error pair."""

from __future__ import annotations

import json
import time
from datetime import datetime, timezone

from . import php


def success(result, extra, timing):
    """The body of a successful answer."""
    return encoded(dict(php_result(result, extra), time=timing))


def php_result(result, extra):
    """The result, and what stands beside it."""
    return dict({"result": php.rendered(result)}, **extra)


def failure(error, switches):
    """The body of a failed answer."""
    return encoded({"error": switches.code(error.code), "error_description": error.description})


def timing(started, switches, operating=None, reset_at=None):
    """The object ``time`` of an answer.

    :param started: Unix time in seconds.
    """
    finished = time.time()
    times = {
        "start": started if switches.time_as_float else int(started),
        "finish": finished,
        "duration": finished - int(started),
        "processing": 0,
        "date_start": _iso(started),
        "date_finish": _iso(finished),
    }
    if switches.operating:
        times["operating"] = 0 if operating is None else operating
        times["operating_reset_at"] = int(finished) + 600 if reset_at is None else reset_at
    return times


def encoded(value):
    """JSON as the portal writes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("/", "\\/").replace("<", "\\u003C").replace(">", "\\u003E").encode("utf-8", "replace")


def _iso(moment):
    return datetime.fromtimestamp(moment, timezone.utc).isoformat(timespec="seconds")
