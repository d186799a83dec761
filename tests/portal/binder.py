# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How parameters of a request become arguments of a method: by exact name, with PHP's ideas of int and array."""

from __future__ import annotations

from . import php
from .store import RestError


def bind(params, wanted, action):
    """Arguments for a controller's action.

    :param wanted: parameter name -> "int" or "array", in the order in which they are looked at.
    :param action: name of the action with its class, for an error.
    :raises RestError: for what is missing or of another kind.
    """
    arguments = []
    for name, kind in wanted.items():
        if name not in params:
            raise RestError(f"Could not find value for parameter {{{name}}}", "100")
        value = params[name]
        good = php.is_numeric(value) if kind == "int" else isinstance(value, dict)
        if not good:
            raise RestError(
                f"Invalid value {{{php.as_text(value)}}} to match with parameter {{{name}}}. Should be value of type {kind}.",
                "100",
            )
        arguments.append(value)
    for position, (name, kind) in enumerate(wanted.items()):
        if kind == "int":
            arguments[position] = _int(arguments[position], position + 1, name, action)
    return arguments


def _int(value, position, name, action):
    if not php.fits_int(value):
        given = "string" if isinstance(value, str) else "float"
        raise RestError(f"{action}(): Argument #{position} (${name}) must be of type int, {given} given")
    return int(float(value)) if isinstance(value, float) or not php.WHOLE.fullmatch(str(value).strip(php.BLANKS)) else int(value)
