# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""batch: up to 50 commands in one process, answered with HTTP 200 whatever comes of them."""

from __future__ import annotations

import re

from . import php
from .store import RestError

LIMIT = 50
NOT_ALLOWED = ("batch", "upload", "download")
REFERENCE = re.compile(r"\$(result|error|total|next|time)((?:\[[^\]\s]*\])+)(\S*)", re.IGNORECASE)


class Batch:
    """A batch that is being carried out.

    :param execute: called with method name and parameters; returns (result, what stands beside it).
    :param pause: called before each command.
    :param timing: called with a method's name; its ``time`` object.
    """

    def __init__(self, execute, process, pause, timing):
        self._execute = execute
        self._process = process
        self._pause = pause
        self._timing = timing
        self.maps = {name: {} for name in ("result", "error", "total", "next", "time")}

    def run(self, params):
        """The batch's result: its five maps."""
        params = {str(name).lower(): value for name, value in params.items()}
        commands = params.get("cmd")
        halt = php.truthy(params.get("halt"))
        for place, (name, command) in enumerate(commands.items() if isinstance(commands, dict) else ()):
            if not isinstance(command, str):
                continue
            try:
                if place >= LIMIT:
                    raise BatchRefusal("Max batch length exceeded", "ERROR_BATCH_LENGTH_EXCEEDED", 400)
                self._pause()
                self._one(name, command)
            except RestError as error:
                self.maps["error"][name] = self._told(error)
                if halt:
                    break
        return {("result" if name == "result" else f"result_{name}"): content for name, content in self.maps.items()}

    def _one(self, name, command):
        command = re.sub(r"[\x00-\x1f\x7f]", "_", command.partition("#")[0])
        method, _mark, query = command.partition("?")
        if method in NOT_ALLOWED:
            raise BatchRefusal("Method is not allowed for batch usage", "ERROR_BATCH_METHOD_NOT_ALLOWED", 405)
        params = self._resolved(php.parsed(query))
        result, extra = self._execute(method, params)
        self.maps["result"][name] = result
        for part in ("total", "next"):
            if part in extra:
                self.maps[part][name] = extra[part]
        self.maps["time"][name] = self._timing(method)

    def _told(self, error):
        legacy = self._process.legacy_error
        if legacy and not isinstance(error, BatchRefusal):
            error = legacy
        return {"error": self._process.switches.code(error.code), "error_description": error.description}

    def _resolved(self, value):
        if isinstance(value, dict):
            return {name: self._resolved(item) for name, item in value.items()}
        whole = REFERENCE.fullmatch(value)
        if whole:
            return self._follow(whole)
        return REFERENCE.sub(self._inserted, value)

    def _inserted(self, match):
        found = self._follow(match)
        return match.group(0) if isinstance(found, dict) else php.as_text(found)

    def _follow(self, match):
        """The value at a path, followed as far as it exists."""
        name = match.group(1)
        found = self.maps.get(name)
        for step in re.findall(r"\[([^\]]*)\]", match.group(2)):
            step = php.key(step)
            if not isinstance(found, dict) or step not in found:
                break
            found = found[step]
        return found


class BatchRefusal(RestError):
    """The batch itself refuses a command."""
