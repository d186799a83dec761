# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a decoded request to the body of its answer: sign-in, limits, one call or a batch."""

from __future__ import annotations

import time

from . import calls, envelope, php
from .batch import Batch
from .faults import Script
from .limits import OperationLimit, too_many
from .oauth import Tokens
from .process import Process
from .requests_log import Log
from .signin import sign_in
from .store import RestError, Store
from .switches import Switches


class Engine:
    """The portal without its sockets."""

    def __init__(self):
        self.store = Store()
        self.switches = Switches()
        self.tokens = Tokens()
        self.script = Script()
        self.log = Log()
        self.operation_limit = OperationLimit()
        self.bucket = None
        self.read_only = False
        self.request_cost = self.command_cost = 0.0

    def admit(self, address):
        """Refuse a request that is one too many.

        :raises RestError: with QUERY_LIMIT_EXCEEDED.
        """
        if self.bucket and not self.bucket.admit(address):
            raise too_many()

    def answer(self, verb, webhook, method, params, headers, encrypted):
        """(status, body) of a call.

        :param webhook: (user, secret) of the path, or None.
        """
        started = time.time()
        name = method.lower()
        try:
            if name != "batch" and not calls.known(name):
                raise RestError("Method not found!", "ERROR_METHOD_NOT_FOUND", 404)
            caller = sign_in(self.store, self.tokens, self.switches, webhook, params, headers, encrypted)
            self.operation_limit.check(name)
            if self.request_cost:
                time.sleep(self.request_cost)
            process = Process(self.store, caller.user, self.switches, verb)
            try:
                result, extra = self._run(process, name, params, caller)
            except RestError as error:
                raise process.legacy_error or error from None
            timing = envelope.timing(started, self.switches, reset_at=self.operation_limit.reset_at(name))
            return 200, envelope.success(result, extra, timing)
        except RestError as error:
            return error.status, envelope.failure(error, self.switches)

    def _run(self, process, name, params, caller):
        if name != "batch":
            return self._call(process, name, params, caller)
        return self._batch(process, params, caller), {}

    def _batch(self, process, params, caller):
        def execute(method, arguments):
            if method.lower() == "batch":
                return self._batch(process, arguments, caller), {}
            if method[:1] in ("/", " ") and method[1:].startswith("tasks."):
                raise RestError(f"Invalid module name {method}", "22102051")
            self.operation_limit.check(method.lower())
            fault = self.script.take([method], for_command=True)
            if fault:
                raise RestError(fault.detail.get("description", ""), fault.detail["code"])
            return self._call(process, method.lower(), arguments, caller, in_batch=True)

        def timing(method):
            now = time.time()
            return envelope.timing(now, self.switches, reset_at=self.operation_limit.reset_at(method.lower()))

        def pause():
            if self.command_cost:
                time.sleep(self.command_cost)

        return Batch(execute, process, pause, timing).run(params)

    def _call(self, process, name, params, caller, in_batch=False):
        if name in calls.WRITES and self.read_only:
            self.log.trespassed(name)
            raise RestError("The portal is read-only: this is a check-mode run", "READ_ONLY", 403)
        result = calls.call(process, name, params, caller, in_batch)
        if name in calls.WRITES:
            self.log.wrote(name)
        return result


def command_names(method, params):
    """The REST methods that a request calls: those of a batch, or the method itself."""
    if method.lower() != "batch":
        return [method]
    commands = next((value for name, value in params.items() if str(name).lower() == "cmd"), {})
    texts = commands.values() if isinstance(commands, dict) else ()
    return [text.partition("?")[0] for text in texts if isinstance(text, str)]


def request_params(verb, query, body, content_type):
    """The parameters of a request: the query, overlaid by the body."""
    params = php.parsed(query)
    if verb == "POST":
        kind = content_type.partition(";")[0].strip().lower()
        if kind == "application/json" or "+json" in kind:
            found = php.decoded(body)
        else:
            found = php.parsed(body.decode("utf-8", "surrogateescape"))
        if isinstance(found, dict):
            params.update(found)
    return params
