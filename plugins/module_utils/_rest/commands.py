# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""REST calls as commands, and how a batch carries them (Bitrix24 REST documentation, page on batch)."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

BATCH_SIZE = 50


class Method(str):
    """Name of a REST method that a resource declares, with what may be done with it. A name as plain text is a write, sent once.

    :ivar reads: whether it changes nothing on the portal.
    :ivar retry_safe: whether calling it twice does what calling it once does.
    :ivar failures: results, each with status 200 and no error, by which the portal tells that it did nothing.
    """

    reads = False
    retry_safe = False
    failures: tuple = ()

    def is_failure(self, result):
        """Whether a result is one of its failures."""
        return any(type(result) is type(failure) and result == failure for failure in self.failures)


def read_method(name):
    """The Method of a name that changes nothing on the portal."""
    return _declare(name, reads=True, retry_safe=True)


def write_method(name, retry_safe=False, failures=()):
    """The Method of a name that changes the portal; parameters as in Method."""
    method = _declare(name, reads=False, retry_safe=retry_safe)
    method.failures = failures
    return method


@dataclass(frozen=True, eq=False)
class Command:
    """One REST call.

    :param verifies: the write whose effect this read shows; it is worthless without that write.
    """

    method: str
    params: dict = field(default_factory=dict)
    verifies: Command | None = None

    @property
    def is_write(self):
        """Whether it may change the portal: it does, unless its method is declared to read."""
        return not getattr(self.method, "reads", False)

    @property
    def is_retry_safe(self):
        """Whether sending it twice does what sending it once does."""
        return getattr(self.method, "retry_safe", False)

    def to_query(self):
        """The command as a batch carries it: ``method?query``."""
        query = urlencode(list(_flatten(self.params)))
        return f"{self.method}?{query}" if query else self.method


def _declare(name, reads, retry_safe):
    method = Method(name)
    method.reads, method.retry_safe = reads, retry_safe
    return method


def _flatten(params, prefix=""):
    """Nested parameters as PHP reads them in a query: ``fields[groupId]=125``."""
    items = params.items() if isinstance(params, dict) else enumerate(params)
    for key, value in items:
        name = f"{prefix}[{key}]" if prefix else str(key)
        if isinstance(value, (dict, list, tuple)):
            yield from _flatten(value, name)
        else:
            yield name, value
