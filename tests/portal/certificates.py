# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A CA of the portal's own, and certificates that are good or bad in one way."""

from __future__ import annotations

import datetime
import os

import trustme


def write(folder, kind, host):
    """Write ca.pem and server.pem to a folder; returns their paths.

    :param kind: True for a good certificate, or expired, wrong-host, unknown-ca.
    """
    authority = trustme.CA()
    names = ("elsewhere.example",) if kind == "wrong-host" else (host, "localhost")
    past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    options = {"not_after": past, "not_before": past - datetime.timedelta(days=1)} if kind == "expired" else {}
    issued = authority.issue_cert(*names, **options)
    ca_path, server_path = os.path.join(folder, "ca.pem"), os.path.join(folder, "server.pem")
    shown = trustme.CA() if kind == "unknown-ca" else authority
    shown.cert_pem.write_to_path(ca_path)
    issued.private_key_and_cert_chain_pem.write_to_path(server_path)
    return ca_path, server_path
