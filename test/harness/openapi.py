"""An OpenAPI document, and whether an answer is what it says."""
import json
import re
import urllib.parse

import jsonschema

METHODS = ("get", "put", "post", "delete", "patch")


class Operation:
    def __init__(self, document, method, path, text):
        self.document, self.method, self.path, self.text = document, method.upper(), path, text

    def __str__(self):
        return f"{self.method} {self.path}"

    def is_open(self):
        return not self.text.get("security")

    def takes_body(self):
        return "requestBody" in self.text


class OpenApi:
    def __init__(self, document):
        self.document = document
        if document["openapi"].startswith("3.0"):
            self.document = _without_nullable(document)
        self.operations = [Operation(self, method, path, text)
                           for path, item in self.document["paths"].items()
                           for method, text in item.items() if method in METHODS]

    def find(self, method, target):
        """The operation that a request is for, or None. A literal segment beats a parameter, also
        where the literal path does not know the method."""
        segments = urllib.parse.urlsplit(target).path.split("/")
        fitting = [one for one in self.operations if _fits(one.path.split("/"), segments) or
                   self._takes_rest(one) and _fits(one.path.split("/"), self._with_rest(one, segments))]
        path = min((one.path for one in fitting), key=lambda path: path.count("{"), default=None)
        return next((one for one in fitting if (one.path, one.method) == (path, method)), None)

    def _takes_rest(self, operation):
        """Whether its last parameter may have slashes, of which OpenAPI knows nothing."""
        return any(self.resolve(one).get("x-takes-rest") for one in operation.text.get("parameters", []))

    def _with_rest(self, operation, segments):
        count = operation.path.count("/")
        return [*segments[:count], "/".join(segments[count:])]

    def resolve(self, value):
        while isinstance(value, dict) and list(value) == ["$ref"]:
            at = self.document
            for name in value["$ref"].removeprefix("#/").split("/"):
                at = at[name]
            value = at
        return value

    def errors(self, schema, value):
        """(where, keyword, what) of everything in `value` that the schema does not allow."""
        whole = {**schema, "components": self.document.get("components", {})}
        validator = jsonschema.Draft202012Validator(
            whole, format_checker=jsonschema.FormatChecker(formats=["uuid"]))
        return [(".".join(map(str, error.absolute_path)), error.validator, error.message[:200])
                for error in validator.iter_errors(value)]

    def errors_of_request(self, operation, body):
        content = self.resolve(operation.text.get("requestBody", {})).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        return self.errors(schema, body) if schema is not None and body is not None else []

    def errors_of_answer(self, operation, answer, is_head=False):
        responses = operation.text["responses"]
        response = self.resolve(responses.get(str(answer.status)) or responses.get("default"))
        if response is None:
            return [("", "status", f"{answer.status} is not in the document")]
        missing = [("", "header", f"there is no {name}")
                   for name, header in response.get("headers", {}).items()
                   if self.resolve(header).get("required") and answer.header(name) is None]
        content = response.get("content")
        if not content:
            return missing + ([("", "body", "there is one")] if answer.body else [])
        kind = (answer.header("Content-Type") or "").split(";")[0].strip()
        media = content.get(kind) or content.get(kind.split("/")[0] + "/*")
        if media is None:
            return missing + [("", "content type", kind)]
        if is_head:
            return missing
        if kind == "application/x-ndjson":  # The schema is of each line.
            return missing + [error for line in answer.text().splitlines()
                              for error in self.errors(media.get("schema", {}), json.loads(line))]
        value = answer.json() if kind == "application/json" else answer.text()
        return missing + self.errors(media.get("schema", {}), value)


def _fits(template, segments):
    return len(template) == len(segments) and all(
        bool(segment) if part.startswith("{") else part == segment
        for part, segment in zip(template, segments))


def _without_nullable(schema):
    """OpenAPI 3.0's `nullable` in the words of JSON Schema."""
    if isinstance(schema, list):
        return [_without_nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _without_nullable(value) for name, value in schema.items()}
    if plain.get("nullable") is True and isinstance(plain.get("type"), str):
        plain["type"] = [plain["type"], "null"]
    return plain


def structure_errors(document):
    """What OpenAPI 3.1 asks of the whole and is not there, of what a validator of answers needs."""
    wrong = [] if re.fullmatch(r"3\.1\.\d+", document.get("openapi", "")) else ["openapi"]
    wrong += [f"info.{name}" for name in ("title", "version") if not document["info"].get(name)]
    for name, schema in document["components"]["schemas"].items():
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            wrong.append(f"schema {name}: {error.message[:200]}")
    for path, item in document["paths"].items():
        wrong += [f"{path}: {method}" for method in item if method not in METHODS]
        if not path.startswith("/"):
            wrong.append(path)
    return wrong
