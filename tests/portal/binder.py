# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How parameters of a request become arguments of a method: by exact name, with PHP's ideas of int, array and bool."""

from __future__ import annotations

from . import php
from .store import RestError


def bind(params, wanted, action):
    """Arguments for a controller's action.

    :param wanted: parameter name -> kind (int, array, bool or any), or (kind, default) when it may be left out; looked at in that order.
    :param action: name of the action with its class, for an error.
    :raises RestError: for what is missing or of another kind.
    """
    arguments = []
    kinds = {name: kind if isinstance(kind, str) else kind[0] for name, kind in wanted.items()}
    for name, kind in wanted.items():
        if name in params:
            arguments.append(_fitting(params[name], name, kinds[name]))
        elif isinstance(kind, str):
            raise RestError(f"Could not find value for parameter {{{name}}}", "100")
        else:
            arguments.append(kind[1])
    for position, name in enumerate(wanted):
        if kinds[name] == "int":
            arguments[position] = _int(arguments[position], position + 1, name, action)
    return arguments


def _fitting(value, name, kind):
    """The value of a parameter, a bool made one."""
    good = {"int": php.is_numeric(value), "array": isinstance(value, dict), "bool": not (value is None or isinstance(value, dict))}
    if not good.get(kind, True):
        raise RestError(
            f"Invalid value {{{php.as_text(value)}}} to match with parameter {{{name}}}. Should be value of type {kind}.",
            "100",
        )
    return php.truthy(value) if kind == "bool" else value


def _int(value, position, name, action):
    if not php.fits_int(value):
        given = "string" if isinstance(value, str) else "float"
        raise RestError(f"{action}(): Argument #{position} (${name}) must be of type int, {given} given")
    return int(float(value)) if isinstance(value, float) or not php.WHOLE.fullmatch(str(value).strip(php.BLANKS)) else int(value)
