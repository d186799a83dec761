# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The portal's limits: a leaky bucket of requests per address, and time per method."""

from __future__ import annotations

import threading
import time

from .store import RestError


class Bucket:
    """Every request adds one, some run out each second, and what would spill over is refused.

    :ivar refused: how many requests were.
    """

    def __init__(self, size, leak, count_refused=False):
        self._size = size
        self._leak = leak
        self._count_refused = count_refused
        self._lock = threading.Lock()
        self._levels = {}
        self.refused = 0

    def admit(self, address):
        """Whether a request from an address is taken."""
        with self._lock:
            now = time.monotonic()
            level, then = self._levels.get(address, (0.0, now))
            level = max(0.0, level - (now - then) * self._leak)
            good = level + 1 <= self._size
            self._levels[address] = (level + 1 if good or self._count_refused else level, now)
            self.refused += not good
            return good


def too_many():
    """The refusal of the bucket."""
    return RestError("Too many requests", "QUERY_LIMIT_EXCEEDED", 503)


class OperationLimit:
    """Methods whose time is used up, for so many calls or until a moment."""

    def __init__(self):
        self._lock = threading.Lock()
        self._blocked = {}

    def block(self, method, times=1, seconds=None):
        """Refuse a method's next calls, or all of them for so many seconds."""
        with self._lock:
            self._blocked[method] = [times, None if seconds is None else time.monotonic() + seconds]

    def check(self, method):
        """Refuse a blocked method.

        :raises RestError: with OPERATION_TIME_LIMIT.
        """
        with self._lock:
            blocked = self._blocked.get(method)
            if not blocked:
                return
            times, until = blocked
            if until is not None:
                if time.monotonic() >= until:
                    del self._blocked[method]
                    return
            elif times <= 0:
                return
            else:
                blocked[0] -= 1
        raise RestError("Method is blocked due to operation time limit.", "OPERATION_TIME_LIMIT", 429)

    def reset_at(self, method):
        """Unix time at which a method will be free, None when it is."""
        with self._lock:
            blocked = self._blocked.get(method)
            if not blocked:
                return None
            if blocked[1] is None:
                return int(time.time()) + 1
            return int(time.time() + blocked[1] - time.monotonic()) + 1
