#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validates JSON or YAML files against a JSON Schema: validate.py SCHEMA FILE..."""
import json
import sys

import jsonschema
import yaml


class Texts(yaml.SafeLoader):
    """YAML 1.2's core schema as far as rules need it: dates and yes/no stay texts."""


Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rsplit(":", 1)[1] not in ("timestamp", "bool", "int")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
import re

Texts.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
Texts.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^-?(0|[1-9][0-9]*)$"), list("-0123456789"))

schema = json.load(open(sys.argv[1], encoding="utf-8"))
validator = jsonschema.Draft202012Validator(schema)
validator.check_schema(schema)
count = failed = 0
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        documents = list(yaml.load_all(file, Texts)) if path.endswith(".yaml") else [json.load(file)]
    for document in documents:
        count += 1
        for error in validator.iter_errors(document):
            failed += 1
            print(f"{path}: {error.json_path}: {error.message}")
if count == 0:
    sys.exit("nothing was validated")
print(f"{count} documents, {failed} errors")
sys.exit(failed > 0)
