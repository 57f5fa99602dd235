#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and says last on standard error what it cost: milliseconds of processor time, and kB at its peak."""
import os
import subprocess
import sys

process = subprocess.Popen(sys.argv[1:], stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(round((usage.ru_utime + usage.ru_stime) * 1000), usage.ru_maxrss, file=sys.stderr)
