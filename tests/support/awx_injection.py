# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX puts into a job's environment from a credential, by AWX's own code."""

from __future__ import annotations

import copy

import yaml
from awx_plugins.interfaces._temporary_private_api import ManagedCredentialType
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential

from .runner import ROOT

FOLDER = ROOT / "extensions" / "awx" / "credential_types"
TYPES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}


def injected(name, values, folder):
    """(environment of the job, the same as AWX stores it) of a credential.

    :param name: of the type's file, without its ending.
    :param values: field -> value, of the fields that were filled in.
    :param folder: stands for the job's private data directory.
    """
    definition = copy.deepcopy(TYPES[name])
    kind = ManagedCredentialType(namespace=name, **{key: definition[key] for key in ("name", "kind", "inputs", "injectors")})
    (folder / "env").mkdir(exist_ok=True)
    env, safe, arguments = {}, {}, []
    inject_credential(kind, Credential(values), env, safe, arguments, str(folder))
    assert arguments == []
    return env, safe
