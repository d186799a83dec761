# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways of signing in: what a call needs so that the portal knows who asks."""

from __future__ import annotations


class WebhookAuth:
    """An inbound webhook: its secret is part of the path.

    :param webhook: the Webhook.
    """

    can_refresh = False

    def __init__(self, webhook):
        self._webhook = webhook

    def sign(self, method, params):
        """Path and payload of a call."""
        return self._webhook.path + method, params

    def refresh(self):
        """A webhook does not expire."""
        raise NotImplementedError


class OAuthAuth:
    """An OAuth token: it goes into the body, as the documentation of the REST interface has it.

    :param tokens: the pair, which knows how to renew itself.
    """

    def __init__(self, tokens):
        self._tokens = tokens

    @property
    def can_refresh(self):
        """Whether an expired token can be renewed."""
        return self._tokens.can_refresh

    def sign(self, method, params):
        """Path and payload of a call."""
        return "/rest/" + method, dict(params, auth=self._tokens.access_token())

    def refresh(self):
        """Take a new token in place of the expired one.

        :returns: whether it cannot have expired as well.
        :raises Bitrix24Error: when there is none to be had.
        """
        return self._tokens.refresh()
