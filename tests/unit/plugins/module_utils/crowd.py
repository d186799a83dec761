# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many clients that share one portal's bucket, in a time of their own: it passes only while all of them sleep."""

from __future__ import annotations

import heapq
import itertools
import random
import threading

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import Bitrix24Error
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.client import Client
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import WaitBudget

from .scripted import GET, FakeAuth, error, result

SIZE, LEAK = 50, 2

#: Seconds: a request, and the start of a task.
REQUEST, START = 0.1, 0.4


class ClientPool:
    """Clients that work at the same time.

    :ivar now: seconds.
    :ivar accepted, refused: how many requests were.
    :ivar failures: errors that tasks ended with.
    """

    def __init__(self, seed):
        self.now = 0.0
        self.accepted = self.refused = 0
        self.failures = []
        self.gaps = []
        self._chance = random.Random(seed).random
        self._level = self._then = 0.0
        self._waiting = []
        self._number = itertools.count()
        self._over = threading.Event()

    def work(self, clients, tasks, max_wait):
        """Let each of so many clients do tasks, one after the other; each is a process of its own that knows nothing of the others.

        :param tasks: numbers of requests.
        """
        for _client in range(clients):
            turn = threading.Event()
            heapq.heappush(self._waiting, (self._chance() * START, next(self._number), turn))
            threading.Thread(target=self._client, args=(turn, tasks, max_wait), daemon=True).start()
        self._next()
        assert self._over.wait(60)

    def _client(self, turn, tasks, max_wait):
        turn.wait()
        clock = Clock(self, turn)
        for requests in tasks:
            clock.sleep(START * (0.5 + self._chance()))
            client = Client(RateLimitedTransport(self, clock), FakeAuth(), WaitBudget(max_wait, clock, self._chance))
            try:
                for _request in range(requests):
                    client.call(GET)
            except Bitrix24Error as failure:
                self.failures.append(failure)
        self._next()

    def _next(self):
        """It is the turn of whoever wakes first."""
        if not self._waiting:
            self._over.set()
            return
        self.now, _number, turn = heapq.heappop(self._waiting)
        turn.set()

    def sleep(self, seconds, turn):
        """Let the others work until so many seconds have passed."""
        turn.clear()
        heapq.heappush(self._waiting, (self.now + seconds, next(self._number), turn))
        self._next()
        turn.wait()

    def admit(self):
        """Whether the bucket takes one more request."""
        self._level = max(0.0, self._level - (self.now - self._then) * LEAK)
        self._then = self.now
        if self._level + 1 > SIZE:
            self.refused += 1
            return False
        self._level += 1
        self.accepted += 1
        return True


class Clock:
    """The crowd's time, as one client sees it."""

    def __init__(self, pool, turn):
        self._pool = pool
        self._turn = turn

    def monotonic(self):
        """Seconds."""
        return self._pool.now

    def sleep(self, seconds):
        """Let the others work."""
        self._pool.sleep(seconds, self._turn)


class RateLimitedTransport:
    """The transport of one client; notes how soon it asks again after a refusal."""

    def __init__(self, pool, clock):
        self._pool = pool
        self._clock = clock
        self._refused_at = None

    def post(self, _path, _payload, _method):
        """A result, or the refusal."""
        if self._refused_at is not None:
            self._pool.gaps.append(self._pool.now - self._refused_at)
        admitted = self._pool.admit()
        self._clock.sleep(REQUEST)
        self._refused_at = None if admitted else self._pool.now
        return result(1) if admitted else error("QUERY_LIMIT_EXCEEDED", "Too many requests", status=503)
