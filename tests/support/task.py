# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module's own main(), run in this process: quick enough for every cell of a large table. No secret is looked for here."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import time
from unittest import mock

from ansible.module_utils import basic
from ansible.module_utils.common import warnings

UTILS = "ansible_collections.scrumops.bitrix24.plugins.module_utils."
MODULES = "ansible_collections.scrumops.bitrix24.plugins.modules."


class Clock:
    """Nobody waits: sleeping takes no time, but the clock goes on.

    :param meanwhile: called whenever somebody sleeps: what happens in the meantime.
    """

    def __init__(self, meanwhile=lambda: None):
        self._meanwhile = meanwhile
        self.slept = 0.0

    def monotonic(self):
        """Seconds."""
        return time.monotonic() + self.slept

    def sleep(self, seconds):
        """Let time pass."""
        self.slept += seconds
        self._meanwhile()


def run(module, options, clock, check=False):
    """Run a task of a module.

    :param module: its short name.
    :param options: its options.
    :param clock: a Clock.
    :returns: what it returned, a dict, ``failed`` always being there.
    """
    main = importlib.import_module(MODULES + module).main
    arguments = {"ANSIBLE_MODULE_ARGS": {**options, "_ansible_check_mode": check, "_ansible_diff": True}}
    printed = io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps(arguments).encode()))
        if hasattr(basic, "_ANSIBLE_PROFILE"):
            stack.enter_context(mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy"))
        stack.enter_context(mock.patch(UTILS + "_module.time", clock))
        stack.enter_context(contextlib.redirect_stdout(printed))
        warnings._global_warnings.clear()  # of the run before, in the same process
        with contextlib.suppress(SystemExit):
            main()
    return {"failed": False, **json.loads(printed.getvalue())}
