# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task of the collection, carried out in this process against a portal over HTTP, on a clock that does not really run."""

from __future__ import annotations

from dataclasses import dataclass, field

from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.auth import WebhookAuth
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.redaction import Redactor
from ansible_collections.scrumops.bitrix24.plugins.module_utils._auth.webhook import parse_webhook
from ansible_collections.scrumops.bitrix24.plugins.module_utils._engine.reconciler import Reconciler
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog import Backlog
from ansible_collections.scrumops.bitrix24.plugins.module_utils._resources.backlog_info import list_backlogs
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.client import Client
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import WaitBudget
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.transport import Transport

from .clock import Clock


@dataclass
class RunResult:
    """What came of a task.

    :ivar items: of the engine, in the order of the desired states.
    :ivar states: the portal's rows before the task and after each of its requests.
    """

    items: list
    states: list
    warnings: list = field(default_factory=list)

    @property
    def changed(self):
        """As the module returns it."""
        return any(item.changed for item in self.items)

    @property
    def succeeded(self):
        """Whether no item failed."""
        return not any(item.error for item in self.items)


class RecordingTransport:
    """A transport that looks at the portal after each request, and lets somebody else act before one.

    :param before: called with the number of each request.
    """

    def __init__(self, transport, portal, before):
        self._transport = transport
        self._portal = portal
        self._before = before
        self._count = 0
        self.states = [portal.rows]

    def post(self, *request, **options):
        """One request."""
        self._before(self._count)
        self._count += 1
        self.states.append(self._portal.rows)
        try:
            return self._transport.post(*request, **options)
        finally:
            self.states.append(self._portal.rows)


class Collection:
    """The collection, as a webhook's owner uses it.

    :param url: of the webhook.
    """

    def __init__(self, portal, url):
        self._portal = portal
        self._webhook = parse_webhook(url)
        self._redactor = Redactor()
        self._redactor.add(self._webhook.secret)
        self.secret = self._webhook.secret

    def run(self, all_desired, check=False, max_wait=300, before=lambda number: None):
        """A task for one backlog, or for many."""
        warnings = []
        client, recording, clock = self._client(max_wait, check, before, warnings)
        items, _refusal = Reconciler(Backlog(), client, check, warnings.append).run(all_desired)
        assert sum(clock.slept) <= max_wait * (1 + 1e-9)
        return RunResult(items, recording.states, warnings)

    def list_backlogs(self, group_ids):
        """A task that reads: the keys of its result, also when it fails."""
        client, _watched, _clock = self._client(300, True, lambda number: None, [])
        return list_backlogs(client, group_ids).to_result()

    def _client(self, max_wait, check, before, warnings):
        clock = Clock()
        transport = RecordingTransport(Transport(self._webhook.origin, True, 10.0, warnings.append), self._portal, before)
        client = Client(transport, WebhookAuth(self._webhook), WaitBudget(max_wait, clock), check, self._redactor.text)
        return client, transport, clock
