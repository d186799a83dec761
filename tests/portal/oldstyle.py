# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Methods of the old style: not classes with declared parameters, but functions of whatever was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

from .store import RestError


@dataclass
class Method:
    """A method of the old style.

    :ivar scopes: the scopes of which a caller needs one; empty when none is needed.
    :ivar run: function of the process, the parameters and the caller; its result, or (result, what stands beside it).
    :ivar read: whether it only reads; a method that does not say so is a write.
    """

    scopes: tuple
    run: Callable[..., Any]
    read: bool = False


def failed(text, code=""):
    """A failure in the old style: the code is empty, the text says it all."""
    return RestError(text, code)


def kernel_failed(process, code, text, instead):
    """A failure deep in the server: its code and text stay behind, and from then on hide those of every later failure of the process.

    :param instead: what the method itself says, which nobody gets to see.
    """
    process.legacy_error = RestError(text, code)
    return failed(instead)
