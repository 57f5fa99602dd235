#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report found, a line each, to be read and compared: severity, rule, element, places."""
import json
import sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
for posture, score in sorted(report["scores"].items()):
    print(f"{posture} {score['low']}-{score['high']} {score['grade']}")
for finding in report["findings"]:
    for item in finding["objects"]:
        places = " ".join(f"{p['path']}:{p['line']}" for p in item["places"])
        print(finding["severity"], finding["rule"], f"[{item['key']}]", places)
for item in report["not_evaluated"]:
    print(item["state"], item["rule"])
