"""client/report/scan/output.schema.json: the keys that it describes, and those that a document has."""

import json
import pathlib
import re

SOURCES = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((SOURCES / "client/report/scan/output.schema.json").read_text(encoding="ascii"))
RESULT_SCHEMA = {**SCHEMA["$defs"]["result"], "$defs": SCHEMA["$defs"]}


def words(file, type_name):
    """What to_string() of an enumeration prints: enumerator to word."""
    source = (SOURCES / file).read_text(encoding="ascii")
    return dict(re.findall(rf'case {type_name}::(\w+): return "([^"]+)";', source))


def enum(name):
    return SCHEMA["$defs"][name]["enum"]


def resolve(schema):
    """The parts of a schema that describe one value: the references and alternatives in it."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        yield from resolve(SCHEMA["$defs"][name])
    for part in schema.get("anyOf", []):
        yield from resolve(part)
    yield schema


def keys_of(schema, name=""):
    """Every key that a schema describes, by its path: "results[].rtt_ms.min"."""
    for part in resolve(schema):
        for key, value in part.get("properties", {}).items():
            path = f"{name}.{key}".lstrip(".")
            yield path
            yield from keys_of(value, path)
        if "items" in part:
            yield from keys_of(part["items"], f"{name}[]")


def keys_with_values(value, name=""):
    """Every key of a document that holds more than null, by its path."""
    if isinstance(value, dict):
        for key, held in value.items():
            path = f"{name}.{key}".lstrip(".")
            if held is not None:
                yield path
                yield from keys_with_values(held, path)
    elif isinstance(value, list):
        for held in value:
            yield from keys_with_values(held, f"{name}[]")
