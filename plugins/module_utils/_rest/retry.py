# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long to wait, and when to stop waiting: limits of the portal and passing faults, within one budget per task."""

from __future__ import annotations

import random
import time

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import LOST_BEHIND, PortalError, ResponseError, WaitBudgetExceeded

#: Seconds between requests at which a portal's bucket does not fill: it drains 2 a second (5 on the largest plan).
DRAIN_INTERVAL = 0.5

#: Each further refusal says that others draw on the same bucket: the pace halves, and each answer adds this many requests a second to it.
RATE_RECOVERY = 0.02

#: Seconds; growing delays begin here and double up to the longest. In the first four a full bucket drains by eight requests.
FIRST_RATE_DELAY = 4.0
FIRST_DELAY = 1.0
LONGEST_DELAY = 60.0

#: The longest delay, and the slowest pace, where there were too many requests. Twenty forks that wait so long ask less often, all
#: together, than the bucket drains; were it longer, tasks that come new would always be served before those that wait.
LONGEST_RATE_DELAY = 12.0

#: Seconds after which an operation limit has passed: it counts the last ten minutes.
OPERATION_WINDOW = 600.0

TRANSIENT_CODES = ("connection_refused", "connection_broken", "timeout")


def is_rate_limit(error):
    """The portal refused the request because there were too many; nothing was executed."""
    if isinstance(error, PortalError):
        return error.code.upper() == "QUERY_LIMIT_EXCEEDED"
    return error.status == 429


def is_operation_limit(error):
    """The method used up its time; nothing was executed."""
    return isinstance(error, PortalError) and error.code.upper() == "OPERATION_TIME_LIMIT"


def is_transient(error):
    """The network or the server failed in a way that passes; a write may or may not have been stored."""
    if isinstance(error, ResponseError):
        return error.code in TRANSIENT_CODES or error.status == 503 or error.status in LOST_BEHIND
    return error.status in LOST_BEHIND


class WaitBudget:
    """The waiting of one task.

    :param max_wait: seconds that may be slept in all.
    :param clock: with ``monotonic()`` and ``sleep(seconds)``; the ``time`` module, or a test's.
    :param random_fraction: returns a number from 0 to 1: jitter, so that forks which met one limit do not come back together.
    """

    def __init__(self, max_wait, clock=time, random_fraction=random.random):
        self._max_wait = max_wait
        self._left = max_wait
        self._clock = clock
        self._random_fraction = random_fraction
        self._interval = 0.0
        self._last_request = None
        self._resets = {}

    def throttle(self):
        """Keep to the pace: none until the portal has once said that there are too many requests."""
        if self._interval and self._last_request is not None:
            pause = self._last_request + self._interval - self._clock.monotonic()
            self._sleep(min(pause, self._left))
        self._last_request = self._clock.monotonic()

    def record_response(self, times):
        """Record a response that was not refused.

        :param times: REST method -> its ``time`` object, if it has one; it may say when the method's operation time is reset.
        """
        if self._interval:
            self._interval = max(DRAIN_INTERVAL, 1 / (1 / self._interval + RATE_RECOVERY))
        for method, timing in times.items():
            wait = _until_reset(timing) if isinstance(timing, dict) else None
            if wait is not None:
                self._resets[method] = self._clock.monotonic() + wait

    def wait(self, error, attempt, method=None):
        """Sleep before a call is repeated.

        :param error: why it has to be.
        :param attempt: 0 for the first repetition of this call, 1 for the second, ...
        :param method: the call, where it is another than the error names: a batch.
        :raises WaitBudgetExceeded: when the budget does not allow it.
        """
        if isinstance(error, WaitBudgetExceeded):
            raise error
        delay = _exponential(FIRST_DELAY, attempt, LONGEST_DELAY)
        if is_rate_limit(error):
            self._interval = min(LONGEST_RATE_DELAY, 2 * self._interval) or DRAIN_INTERVAL
            delay = max(self._interval, _exponential(FIRST_RATE_DELAY, attempt, LONGEST_RATE_DELAY))
        delay *= 0.5 + self._random_fraction()
        known = self._server_delay(error, method or error.method)
        if known is not None:
            if known > self._left:
                raise WaitBudgetExceeded(error, self._max_wait, needed=known)
            delay = max(delay, known * (1 + self._random_fraction() / 10))
        elif self._left <= 0:
            raise WaitBudgetExceeded(error, self._max_wait)
        self._sleep(min(delay, self._left))

    def _server_delay(self, error, method):
        """Seconds after which the refusal ends, when the portal has said so."""
        if not is_operation_limit(error):
            return None if error.retry_after is None else max(FIRST_DELAY, error.retry_after)
        reset = self._resets.pop(method, None)
        return None if reset is None else max(FIRST_DELAY, reset - self._clock.monotonic())

    def _sleep(self, seconds):
        if seconds > 0:
            self._left -= seconds
            self._clock.sleep(seconds)


def _exponential(first, attempt, longest):
    """Seconds of a delay that doubles with each attempt."""
    return min(longest, first * 2 ** min(attempt, 10))


def _until_reset(timing):
    """Seconds from the answer until its operation time is reset, by the portal's own clock; None when it does not say."""
    reset, finish = timing.get("operating_reset_at"), timing.get("finish")
    if _is_time(reset) and _is_time(finish):
        return min(OPERATION_WINDOW, max(0.0, reset - finish))
    return None


def _is_time(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e12
