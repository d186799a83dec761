# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""REST calls of a portal: one by one or as batches, repeated where that is right, never a write in check mode.

It knows nothing of Ansible's module class, and nothing of backlogs but which methods write.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.scrumops.bitrix24.plugins.module_utils._errors import AUTH_SERVER, Bitrix24Error, ResponseError, WaitBudgetExceeded
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.commands import BATCH_SIZE, Command
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.envelope import parse_envelope, php_map, portal_error
from ansible_collections.scrumops.bitrix24.plugins.module_utils._rest.retry import is_operation_limit, is_rate_limit, is_transient

#: Statuses and codes of a portal that takes no call of this caller, whatever is in the call.
CLOSED_STATUSES = (401, 403, 404, 407, 410)
CLOSED_CODES = (
    "ACCESS_DENIED",
    "AUTHORIZATION_ERROR",
    "EXPIRED_TOKEN",
    "INVALID_CREDENTIALS",
    "INVALID_REQUEST",
    "INVALID_TOKEN",
    "NO_AUTH_FOUND",
    "OVERLOAD_LIMIT",
    "PAYMENT_REQUIRED",
    "PORTAL_DELETED",
    "REDIRECT_REFUSED",
    "USER_ACCESS_ERROR",
)


def ends_all(error):
    """Whether a request that failed as a whole tells that the next one would fail too: the way, the sign-in, the portal, or no time left.

    Otherwise the server stumbled over this one request, or its answer cannot be read.
    """
    if isinstance(error, WaitBudgetExceeded) or error.method == AUTH_SERVER or error.status is None:
        return True
    return error.status in CLOSED_STATUSES or error.code.upper() in CLOSED_CODES


@dataclass(frozen=True)
class Reply:
    """The outcome of one command: the result, or the error.

    :ivar next: where the next page of a list begins, as the portal says it; None on the last page.
    """

    value: object = None
    error: Bitrix24Error | None = None
    next: object = None

    def result(self):
        """The result.

        :raises Bitrix24Error: the error, if that is what came.
        """
        if self.error:
            raise self.error
        return self.value


class Client:
    """The portal, as somebody who is signed in sees it.

    :param transport: the way to the portal.
    :param auth: adds what signs in to a call, and renews it when it has expired.
    :param budget: the task's budget of waiting.
    :param check_mode: True refuses every write.
    :param redact: masks the secrets in a text.
    """

    def __init__(self, transport, auth, budget, check_mode=False, redact=str):
        self._transport = transport
        self._auth = auth
        self._budget = budget
        self._check_mode = check_mode
        self._redact = redact
        self._ended = None

    def call(self, method, **params):
        """The result of one call.

        :raises Bitrix24Error: when there is none.
        """
        return self.envelope(method, **params)["result"]

    def envelope(self, method, **params):
        """The whole answer of one call: ``result``, and of lists ``total`` and ``next``.

        :raises Bitrix24Error: when there is no result.
        """
        return self._call(Command(method, params))

    def send(self, commands, batch=True):
        """Replies to the commands, in their order.

        :param batch: carry them in batches of 50; False: one call each, and a read that verifies a failed write is left out.
        :raises Bitrix24Error: when an answer as a whole failed, not one of its commands; it names the first of them.
        """
        self._refuse_writes(commands)
        replies: dict[Command, Reply] = {}
        if batch:
            for start in range(0, len(commands), BATCH_SIZE):
                replies.update(self._batch(commands[start : start + BATCH_SIZE]))
        else:
            for command in commands:
                replies[command] = self._one(command, replies)
        return [replies[command] for command in commands]

    def read(self, commands, batch=True):
        """Replies to reads, in their order: a batch that fails as a whole is the error of its own reads, and of no others.

        After one that ends all, see ends_all(), nothing is sent, now or later: its error is that of the rest.

        :param batch: as for send().
        """
        if not batch:
            return self.send(commands, batch)
        replies = []
        for start in range(0, len(commands), BATCH_SIZE):
            part = commands[start : start + BATCH_SIZE]
            try:
                replies += self.send(part)
            except Bitrix24Error as error:
                if ends_all(error) and not self._ended:
                    self._ended = error.for_method(error.method, error.method)
                    self._ended.uncertain = False  # what is not sent is not stored
                replies += [Reply(error=error.for_method(command.method, part[0].method)) for command in part]
        return replies

    def back_off(self, error, attempt):
        """Wait before something that failed is tried again.

        :raises WaitBudgetExceeded: when the task may not wait any longer.
        """
        self._budget.wait(error, attempt)

    def _one(self, command, replies):
        write = replies.get(command.verifies)
        if write is not None and write.error:
            return write
        try:
            envelope = self._call(command)
            return Reply(envelope["result"], next=envelope.get("next"))
        except Bitrix24Error as error:
            return Reply(error=error)

    def _call(self, command):
        self._refuse_writes([command])
        envelope = self._post(command.method, command.params, command.is_retry_safe)
        self._budget.record_response({command.method: envelope.get("time")})
        return envelope

    def _batch(self, commands):
        """Replies of at most 50 commands; those that met the operation limit are sent again, the others are not."""
        replies: dict[Command, Reply] = {}
        attempt = 0
        while True:
            try:
                replies.update(self._batch_once(commands))
            except Bitrix24Error as error:
                if not replies:
                    raise
                replies.update({command: Reply(error=error.for_method(command.method, commands[0].method)) for command in commands})
            limited = [c for c in commands if replies[c].error and is_operation_limit(replies[c].error)]
            if not limited:
                break
            try:
                self._budget.wait(replies[limited[0]].error, attempt)
            except WaitBudgetExceeded as exhausted:
                replies.update({command: Reply(error=exhausted.for_method(command.method, exhausted.method)) for command in limited})
                break
            attempt += 1
            commands = [c for c in commands if c in limited or c.verifies in limited]
        return replies

    def _batch_once(self, commands):
        keys = {f"c{position}": command for position, command in enumerate(commands)}
        payload = {"halt": 0, "cmd": {key: command.to_query() for key, command in keys.items()}}
        envelope = self._post("batch", payload, all(command.is_retry_safe for command in commands), reported_method=commands[0].method)
        outcome = php_map(envelope["result"])
        results, errors, times, pages = (php_map(outcome.get(part)) for part in ("result", "result_error", "result_time", "result_next"))
        timings = {keys[key].method: time for key, time in times.items() if key in keys}
        self._budget.record_response({"batch": envelope.get("time"), **timings})
        return {command: self._reply(command, key, results, errors, pages) for key, command in keys.items()}

    def _post(self, method, params, may_repeat, reported_method=None):
        """The envelope of one HTTP request, repeated by the meaning of what went wrong.

        :param reported_method: the method that errors name; a batch is known to nobody but its sender.
        """
        if self._ended:
            raise self._ended
        attempt, refreshed = 0, False
        while True:
            path, payload = self._auth.sign(method, params)
            self._budget.throttle()
            try:
                return parse_envelope(
                    self._transport.post(path, payload, reported_method or method), reported_method or method, self._redact
                )
            except Bitrix24Error as error:
                if error.code.lower() == "expired_token" and self._auth.can_refresh and not refreshed:
                    refreshed = self._auth.refresh()
                    continue
                not_executed = is_rate_limit(error) or is_operation_limit(error)
                if not (not_executed or (may_repeat and is_transient(error))):
                    raise
                self._budget.wait(error, attempt, method)
                attempt += 1

    def _refuse_writes(self, commands):
        if self._check_mode and any(command.is_write for command in commands):
            raise AssertionError("a write in check mode")

    def _reply(self, command, key, results, errors, pages):
        if key in errors:
            error_body = errors[key] if isinstance(errors[key], dict) else {}
            return Reply(error=portal_error(error_body, 200, command.method, self._redact))
        if key in results:
            return Reply(results[key], next=pages.get(key))
        missing = ResponseError(
            "unexpected_answer",
            "the batch response contains no result for this command",
            status=200,
            method=command.method,
            uncertain=True,
        )
        return Reply(error=missing)
