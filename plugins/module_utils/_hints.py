# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person can do about an answer of the portal: one table, also the source of docs/troubleshooting.md."""

from __future__ import annotations

#: What the methods of Scrum begin with.
SCRUM = "tasks.api.scrum."

_CHECK_WEBHOOK = "Check the user ID and the secret in webhook_url. If the webhook was deleted or has expired, create a new one."
_RETRY = "Run the task again. If the error persists, check the portal log (self-hosted) or contact Bitrix24 support."
_POSITIVE_ID = "Set the ID to a positive number."
_EMPTY_IT = "Move the items of the backlog to a sprint first."
_AUTHORIZE = "Authorize the application again and store the new token pair."
_REINSTALL = "Install the application on the portal again."

_JOIN_GROUP = (
    "Add the webhook owner (or the token user) to the group as a member, and turn on the tasks tool of the group."
    " Portal administrator rights do not help."
)

#: resource -> text of a controller error (code 0) -> what to do. The texts are hard-coded English in the portal.
BY_TEXT = {
    "backlog": {
        "Access denied": _JOIN_GROUP,
        "Group id not found": _POSITIVE_ID,
        "Backlog id not found": _POSITIVE_ID,
        "Backlog not found": "Check the ID. Another user may have deleted or moved the backlog.",
        "Backlog already added": "Run the task again. Another run created the backlog in the meantime.",
        "createdBy user not found": "Set created_by to the ID of a user of the portal.",
        "modifiedBy user not found": "Set modified_by to the ID of a user of the portal.",
        "Unable to add backlog": _RETRY,
        "Unable to update backlog": _RETRY,
        "Backlog not deleted": _RETRY,
        "It is forbidden move a backlog with items": _EMPTY_IT + " Bitrix24 moves only empty backlogs.",
        "The target group already has a backlog": "Delete or move the backlog of the target group first.",
        "It is forbidden remove a backlog with items": _EMPTY_IT + " Bitrix24 deletes only empty backlogs.",
    },
    # asked for a backlog by its ID
    "sprint": {
        "Access denied": _JOIN_GROUP,
        "Sprint id not found": _POSITIVE_ID,
        "Sprint not found": "Check the ID. Another user may have deleted the backlog.",
    },
    "epic": {
        "Access denied": _JOIN_GROUP,
        "Epic not found": "Check the ID. Another user may have deleted the epic.",
        "Group id not found": _POSITIVE_ID,
        "Name not found": "Set name to a text that is not empty and not 0.",
        "createdBy user not found": "Set created_by to the ID of a user of the portal.",
        "Epic not created": "Shorten name to 255 characters. If the error persists, check the portal log (self-hosted).",
        "Epic not updated": "Shorten name to 255 characters. If the error persists, check the portal log (self-hosted).",
    },
}

#: code, in lower case -> what to do.
BY_CODE = {
    "100": "Check that no proxy rewrites the request. Otherwise report this with the text of the error.",
    "22002": "Update the tasks module of the portal. This portal does not know the method.",
    "error_method_not_found": (
        "Check the URL (https://HOST/rest/USER/SECRET/). If the URL is correct, update the tasks module of the portal."
    ),
    "no_auth_found": "Check webhook_url or the OAuth options. The request contained no credentials.",
    "invalid_credentials": _CHECK_WEBHOOK,
    "insufficient_scope": (
        "Select the missing permission in the webhook or the application."
        " Backlogs need task. Listing, checking and finding groups need socialnetwork."
        " Finding users by e-mail address needs user_basic or user."
    ),
    "invalid_request": (
        "Use https:// in the URL of the portal. If the auth server returned the error, check refresh_token, client_id and client_secret."
    ),
    "authorization_error": "Create a webhook for an active user. The webhook owner is dismissed or blocked.",
    "expired_token": "Set refresh_token, client_id and client_secret, so that the module can refresh the token. Also set token_file.",
    "invalid_token": "Check that access_token belongs to the portal in portal_url, or authorize the application again.",
    "application_not_found": _REINSTALL,
    "error_oauth": "Install the application on the portal.",
    "connection_error": "Run the task again later. On a self-hosted portal, check its connection to the auth server.",
    "user_access_error": "Give the token user access to the application on the portal.",
    "access_denied": "Check the subscription of the portal. Its plan does not include this kind of REST access.",
    "payment_required": "Renew the subscription of the portal or the trial of the application.",
    "overload_limit": "Contact Bitrix24 support before you run the task again. Bitrix24 blocked REST for this portal.",
    "query_limit_exceeded": "Run fewer tasks at a time, or use bitrix24_scrum_backlogs for many backlogs. The portal limits requests.",
    "operation_time_limit": "Run the task again in ten minutes. The method used up its time on the portal.",
    "portal_deleted": "Check the address of the portal. The portal was deleted or closed.",
    "error_batch_method_not_allowed": "Report this. The collection never nests batches.",
    "error_batch_length_exceeded": "Report this. The collection never sends more than 50 commands.",
    "error_core": _RETRY,
    "error_argument": "Report this with the text of the error. The portal did not accept an argument of the request.",
    "error_empty_entity_id": "Contact the portal administrator. The backlog is in a group with a negative ID.",
    "internal_server_error": _RETRY,
    "error_unexpected_answer": _RETRY,
    "wrong_encoding": "Check the names of the group and its users. The portal cannot encode its answer as UTF-8.",
    "wrong_auth_type": "Use OAuth. The portal does not allow this method with a webhook.",
    "restricted_by_user_type": "Use the webhook of an employee. Bitrix24 does not let external users list groups.",
    "invalid_http_method": "Check the proxy. It changed the HTTP method of the request, which is POST.",
    "sonet_controller_workgroup_not_found": "Check group_id: the portal has no such group, or does not show it to the caller.",
    "sonet_controller_workgroup_empty": "Check group_id: the portal read no group in it.",
    # the auth server
    "wrong_client": "Check client_id. The auth server does not know it.",
    "invalid_client": "Check client_secret, and check that the application is installed on the portal.",
    "invalid_grant": _AUTHORIZE + " The refresh token is used up or expired.",
    "bad_verification_code": _AUTHORIZE + " The refresh token is used up or expired.",
    "invalid_scope": "Correct the permissions of the application on the portal.",
    "not_installed": _REINSTALL,
    # answers that are none of the portal's own
    "connection_refused": "Check the host name and port of the portal, and the firewall.",
    "connection_broken": "Check the network and run the task again.",
    "name_not_resolved": "Check the host name in webhook_url or portal_url, and the DNS settings of this machine.",
    "timeout": "Increase timeout, or run the task again later.",
    "tls": (
        "Check the host name and the certificate of the portal. If a private CA signed it, set ca_path to the CA certificate."
        " The modules do not read SSL_CERT_FILE."
    ),
    "proxy": (
        "Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY in the environment of the task. In NO_PROXY, use host names without http://."
    ),
    "invalid_environment": "Correct or unset the variable in the environment of the task. A lower-case variable takes precedence.",
    "redirect_refused": "Set webhook_url or portal_url to the current https:// address of the portal.",
    "unexpected_answer": "Check that the URL belongs to a Bitrix24 portal, and that no proxy or maintenance page answers instead.",
}


def is_known(text):
    """Whether a code, or a text of the portal, is one of the tables."""
    return any(text in texts for texts in BY_TEXT.values()) or text.lower() in BY_CODE


def hint_for(code, description, method):
    """What to do about an error; an empty string when nothing is known.

    :param code: error code as the portal gave it, in any letter case.
    :param description: its text; decides for controller errors, which all have code 0.
    :param method: REST method that was called, or None: the same text means something else for each resource.
    """
    return BY_TEXT.get(_resource_of(method), {}).get(description) or BY_CODE.get(str(code).lower(), "")


def _resource_of(method):
    """Such as "backlog" of "tasks.api.scrum.backlog.get"; None of a method of another kind."""
    family, _dot, _action = (method or "").rpartition(".")
    return family.removeprefix(SCRUM) if family.startswith(SCRUM) else None
