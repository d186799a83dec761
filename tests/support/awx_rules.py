# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX refuses in the definition of a credential type, and in the values of a credential.

Source: the validators of AWX as of October 2024, run with the definitions of the test's table.
"""

from __future__ import annotations

from urllib.parse import urlparse

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jsonschema import Draft4Validator

NAME = r"^[a-zA-Z_][a-zA-Z0-9_]*$"
ONLY_TEXT = ("choices", "multiline", "format", "secret")
ANSWERS = {"text": str, "textarea": str, "password": str, "multiplechoice": str, "multiselect": (str, list), "integer": int, "float": float}
FORBIDDEN_ENV = frozenset(
    """
    VIRTUAL_ENV PATH PYTHONPATH JOB_ID INVENTORY_ID INVENTORY_SOURCE_ID INVENTORY_UPDATE_ID AD_HOC_COMMAND_ID REST_API_URL REST_API_TOKEN
    MAX_EVENT_RES CALLBACK_QUEUE CALLBACK_CONNECTION CACHE JOB_CALLBACK_DEBUG INVENTORY_HOSTVARS AWX_HOST PROJECT_REVISION
    SUPERVISOR_CONFIG_PATH
    """.split()  # noqa: SIM905
)


def _closed(**properties):
    return {"type": "object", "properties": properties, "additionalProperties": False}


FIELD = {
    **_closed(
        id={"type": "string", "pattern": NAME},
        label={"type": "string"},
        help_text={"type": "string"},
        type={"enum": ["string", "boolean"]},
        format={"enum": ["ssh_private_key", "url"]},
        choices={"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
        multiline={"type": "boolean"},
        secret={"type": "boolean"},
        ask_at_runtime={"type": "boolean"},
        default={},
    ),
    "required": ["id", "label"],
}
INPUTS = _closed(fields={"type": "array", "items": FIELD}, required={"type": "array", "items": {"type": "string"}})
INJECTORS = _closed(
    env={"type": "object", "patternProperties": {NAME: {"type": "string", "pattern": r"^[\x00-\x7F]*$"}}, "additionalProperties": False},
    extra_vars={"type": "object"},
    file={
        "type": "object",
        "patternProperties": {r"^template(\.[a-zA-Z_][a-zA-Z0-9_]*)?$": {"type": "string"}},
        "additionalProperties": False,
    },
)


def of_type(definition):
    """What AWX has against a definition: a list of sentences, empty when it is accepted."""
    if definition.get("kind") not in ("cloud", "net"):
        return ["kind must be cloud or net"]
    inputs, injectors = definition.get("inputs", {}), definition.get("injectors", {})
    wrong = [error.message for error in Draft4Validator(INPUTS).iter_errors(inputs)]
    wrong += [error.message for error in Draft4Validator(INJECTORS).iter_errors(injectors)]
    return wrong or [*_fields(inputs.get("fields", [])), *_injectors(inputs, injectors)]


def of_values(inputs, values):
    """What AWX has against the values of a credential of a type with these inputs; a missing one is not told before a job starts."""
    fields = {field["id"]: field for field in inputs.get("fields", [])}
    wrong = [f"{name} is no field" for name in values if name not in fields]
    for name, field in fields.items():
        if name in values:
            wrong += [f"{name}: {text}" for text in _value(field, values[name])]
    return wrong


def of_survey(survey):
    """What AWX has against a survey."""
    if not (isinstance(survey.get("name"), str) and isinstance(survey.get("description"), str) and survey.get("spec")):
        yield "name, description and spec are needed"
        return
    for item in survey["spec"]:
        if not all(isinstance(item.get(name), str) for name in ("type", "question_name", "variable")) or item["type"] not in ANSWERS:
            yield "type, question_name and variable are needed"
        elif not isinstance(item.get("required"), bool):
            yield "'required' in survey question expected to be boolean."
        elif item.get("default", "") != "" and not isinstance(item["default"], ANSWERS[item["type"]]):
            yield "Default value expected to be of the question's type."
        elif item["type"].startswith("multi") and "choices" not in item:
            yield "Survey question must specify choices."


def _value(field, value):
    if not isinstance(value, {"string": str, "boolean": bool}[field.get("type", "string")]):
        yield f"not a {field.get('type', 'string')}"
    elif value not in field.get("choices", [value]):
        yield "none of the choices"
    elif field.get("format") == "url" and not (urlparse(value).scheme and urlparse(value).netloc):
        yield f"Invalid URL: {value}"


def _fields(fields):
    ids = [field["id"] for field in fields]
    for field in fields:
        name, kind = field["id"], field.get("type", "string")
        if name == "tower":
            yield "tower is a reserved name"
        if ids.count(name) > 1:
            yield f"{name} is there twice"
        if field.get("ask_at_runtime"):
            yield f"{name}: ask_at_runtime is not for types of one's own"
        if "default" in field and not isinstance(field["default"], {"string": str, "boolean": bool}[kind]):
            yield f"{name}: the default is no {kind}"
        yield from (f"{name}: {key} is only for a string" for key in ONLY_TEXT if key in field and kind != "string")


def _injectors(inputs, injectors):
    for name in injectors.get("env", {}):
        if name.startswith("ANSIBLE_") or name in FORBIDDEN_ENV:
            yield f"{name} may not be set"
    files = injectors.get("file", {})
    if "template" in files and len(files) > 1:
        yield "one file without a name, or several with names"
    tower = {}
    if files:
        tower["filename"] = "x" if "template" in files else {name.partition(".")[2]: "x" for name in files}
    values = {**{field["id"]: "x" for field in inputs.get("fields", [])}, "tower": tower}
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for template in _templates(injectors):
        if not isinstance(template, str):
            yield f"{template!r} is no template"
            continue
        try:
            environment.from_string(template).render(values)
        except TemplateError as error:
            yield f"{template}: {error}"


def _templates(node):
    """The templates of the injectors, also those in the names of extra_vars."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield name
            yield from _templates(value)
    elif isinstance(node, list):
        for value in node:
            yield from _templates(value)
    else:
        yield node
