"""Writes a scenario table as a scenario file (TOML; tomllib only reads)."""

import json


def _value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value)  # a TOML basic string has JSON's escapes
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    return repr(value)


def _pair(key, value):
    if isinstance(value, str) and "\n" in value:
        return f'{key} = """\n{value.rstrip()}\n"""'
    return f"{key} = {_value(value)}"


def scenario_text(table):
    """Plain values first, then tables, then lists of tables, as the format wants them."""
    plain = {key: value for key, value in table.items() if isinstance(value, str) or key == "families"}
    lines = [_pair(key, value) for key, value in plain.items()]
    for key, value in table.items():
        if key in plain or not value:
            continue
        for one in value if isinstance(value, list) else [value]:
            lines += ["", f"[[{key}]]" if isinstance(value, list) else f"[{key}]"]
            lines += [_pair(name, item) for name, item in one.items()]
    return "\n".join(lines) + "\n"
