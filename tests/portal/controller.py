# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a family of methods is declared: one controller per file, with its actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable


@dataclass
class Action:
    """A method of a controller.

    :ivar run: function of the process and the arguments, in the order in which they are declared.
    :ivar wanted: parameter name -> kind (int, array, bool or any), or (kind, default) when it may be left out.
    :ivar read: whether it only reads; a method that does not say so is a write.
    :ivar own_lock: whether it locks the store by itself; the others run while nobody else does.
    :ivar shown: name of the action in an error, when its method has capital letters.
    """

    run: Callable[..., Any]
    wanted: dict = field(default_factory=dict)
    read: bool = False
    own_lock: bool = False
    shown: str = ""


@dataclass
class Controller:
    """A family of methods.

    :ivar prefix: what their names start with, in lower case, with the last full stop.
    :ivar class_name: the server's class, as errors show it.
    :ivar actions: last part of the name, in lower case -> Action.
    """

    prefix: str
    class_name: str
    actions: dict
