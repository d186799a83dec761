# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person can do about an answer of the portal: one table, also the source of docs/troubleshooting.md."""

from __future__ import annotations

_NEW_WEBHOOK = "Check the user id and the secret in webhook_url; the webhook may have been deleted, regenerated or expired."
_ASK_AGAIN = "Run the task again; if it stays, look at the log of a self-hosted portal, or ask Bitrix24's support."
_GIVE_POSITIVE = "Give the id as a positive number."

#: description of a controller error (code 0) -> what to do. The texts are hard-coded English in the portal.
BY_DESCRIPTION = {
    "Access denied": (
        "Make the webhook's owner (or the token's user) a member of the group, and turn on the group's tasks tool;"
        " being a portal administrator does not help."
    ),
    "Group id not found": _GIVE_POSITIVE,
    "Backlog id not found": _GIVE_POSITIVE,
    "Sprint id not found": _GIVE_POSITIVE,
    "Backlog not found": "Check the id; the backlog may have been deleted or moved in the meantime.",
    "Sprint not found": "Check the id; the backlog may have been deleted in the meantime.",
    "Backlog already added": "Another run created the backlog in the meantime; run the task again.",
    "createdBy user not found": "No user of the portal has the id in created_by: correct it.",
    "modifiedBy user not found": "No user of the portal has the id in modified_by: correct it.",
    "Unable to add backlog": "The portal's database refused the new backlog. " + _ASK_AGAIN,
    "Unable to update backlog": "The portal's database refused the update. " + _ASK_AGAIN,
    "Backlog not deleted": "The portal's database refused the deletion. " + _ASK_AGAIN,
    "It is forbidden move a backlog with items": "Move the backlog's items to a sprint first; Bitrix24 moves only empty backlogs.",
    "The target group already has a backlog": "Remove or move the backlog of the target group first.",
    "It is forbidden remove a backlog with items": "Move the backlog's items to a sprint first; Bitrix24 removes only empty backlogs.",
}

#: code, in lower case -> what to do.
BY_CODE = {
    "100": "The portal did not understand the request; check that no proxy rewrites it, else report this with the text.",
    "22002": "This portal does not know the method; if it is a self-hosted one, update its tasks module.",
    "error_method_not_found": (
        "Check the address (https://HOST/rest/USER/SECRET/); if it is right, the portal does not know the method: update its tasks module."
    ),
    "no_auth_found": "Nothing was presented to sign in with; check webhook_url or the OAuth options.",
    "invalid_credentials": _NEW_WEBHOOK,
    "insufficient_scope": (
        "Tick the missing permission in the webhook or the application: task for backlogs, socialnetwork for listing and checking groups."
    ),
    "invalid_request": (
        "Use https:// in the portal's address; if the auth server says so, check refresh_token, client_id and client_secret."
    ),
    "authorization_error": "The webhook's owner is dismissed or blocked; make a webhook for an active user.",
    "expired_token": "Give refresh_token, client_id and client_secret (best with token_file), so that the token can be renewed.",
    "invalid_token": "Check that access_token belongs to the portal in portal_url, or sign in anew.",
    "application_not_found": "The application of this token was removed from the portal; install it again.",
    "error_oauth": "Install the application on the portal.",
    "connection_error": (
        "The portal itself cannot reach the auth server; run the task again later, or check the network of a self-hosted portal."
    ),
    "user_access_error": "Give the token's user access to the application on the portal.",
    "access_denied": "The portal's plan does not include this kind of REST access; check its subscription.",
    "payment_required": "The portal's subscription, or the trial of the application, has ended: renew it.",
    "overload_limit": "Bitrix24 blocked REST for this portal by hand; ask its support, and do not repeat the run before.",
    "query_limit_exceeded": "The portal limits requests; run fewer tasks at a time, or use bitrix24_scrum_backlogs for many backlogs.",
    "operation_time_limit": "The method used up its time on the portal: run the task again in ten minutes.",
    "portal_deleted": "The portal was deleted or closed; check its address.",
    "error_batch_method_not_allowed": "Report this: the collection never nests batches.",
    "error_batch_length_exceeded": "Report this: the collection never sends more than 50 commands.",
    "error_core": _ASK_AGAIN,
    "error_argument": "The portal did not accept an argument of the request; report this with the text.",
    "error_empty_entity_id": "The backlog is in a group with a negative id, moved there by mistake: ask the portal's administrator.",
    "internal_server_error": _ASK_AGAIN,
    "error_unexpected_answer": _ASK_AGAIN,
    "wrong_encoding": "The portal cannot write its answer as UTF-8; look at the names of the group and its users.",
    "wrong_auth_type": "This method cannot be called with a webhook; sign in with OAuth.",
    "invalid_http_method": "A proxy changed the kind of the request; the collection sends POST.",
    "sonet_controller_workgroup_not_found": "Check group_id: the portal has no such group, or does not show it to the caller.",
    "sonet_controller_workgroup_empty": "Check group_id: the portal read no group in it.",
    # the auth server
    "wrong_client": "Check client_id: the auth server does not know it.",
    "invalid_client": "Check client_secret, and that the application is installed on the portal.",
    "invalid_grant": "The refresh token is used up or expired: sign in to the application anew and store the new pair.",
    "bad_verification_code": "The refresh token is used up or expired: sign in to the application anew and store the new pair.",
    "invalid_scope": "The application asks for a permission that it was not given: correct its permissions on the portal.",
    "not_installed": "The application was removed from the portal; install it again.",
    # answers that are none of the portal's own
    "connection_refused": "Check the portal's address and port, and the firewall on the way.",
    "connection_broken": "Check the network on the way; the run can be repeated.",
    "name_not_resolved": "Check the host name in webhook_url or portal_url, and the name server of this machine.",
    "timeout": "The portal or the network is slow; raise timeout, or try again later.",
    "tls": (
        "Check the host name in the address and the portal's certificate; if a CA of your own signed it,"
        " name that CA's certificate in ca_path."
    ),
    "proxy": (
        "Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY in the environment of the task;"
        " NO_PROXY takes host names without http:// before them."
    ),
    "invalid_environment": "Correct this in the environment of the task (a variable in small letters comes first), or unset the variable.",
    "redirect_refused": "Put the portal's present https:// address into webhook_url or portal_url.",
    "unexpected_answer": "Check that the address is that of a Bitrix24 portal, and that no proxy or maintenance page answers in its place.",
}


def is_known(text):
    """Whether a code, or a text of the portal, is one of the tables."""
    return text in BY_DESCRIPTION or text.lower() in BY_CODE


def hint_for(code, description):
    """What to do about an error; an empty string when nothing is known.

    :param code: error code as the portal gave it, in any letter case.
    :param description: its text; decides for controller errors, which all have code 0.
    """
    return BY_DESCRIPTION.get(description) or BY_CODE.get(str(code).lower(), "")
