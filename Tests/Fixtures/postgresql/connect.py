# SPDX-License-Identifier: GPL-3.0-or-later
# Which authentication a server asks for: connect.py DIRECTORY PORT CASES. Puts hba/N in place, waits until the server
# has it (its first record is about a user of that case alone), asks what questions/N names, prints one line a case.
import os
import signal
import socket
import struct
import sys
import time

directory, port, cases = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
methods = {0: "trust", 3: "password", 5: "md5", 10: "scram-sha-256"}


def ask(kind, database, user, address):
    if kind == "local":
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(10)
        link.connect(f"{directory}/.s.PGSQL.{port}")
    else:
        link = socket.create_connection(("127.0.0.1", port), 10, (address, 0))
    text = b"".join(part.encode() + b"\0" for part in ("user", user, "database", database)) + b"\0"
    link.sendall(struct.pack("!ii", 8 + len(text), 196608) + text)
    answer = link.makefile("rb")
    letter = answer.read(1)
    body = answer.read(struct.unpack("!i", answer.read(4))[0] - 4)
    link.close()
    if letter == b"R":
        return methods.get(struct.unpack("!i", body[:4])[0], "other")
    if b"no pg_hba.conf entry" in body:
        return "none"
    if b"pg_hba.conf rejects" in body:
        return "reject"
    return "other"


with open(f"{directory}/data/postmaster.pid", encoding="ascii") as file:
    server = int(file.readline())
for case in range(cases):
    with open(f"{directory}/hba/{case}", encoding="utf-8") as file:
        text = file.read()
    with open(f"{directory}/pg_hba.conf", "w", encoding="utf-8") as file:
        file.write(text)
    os.kill(server, signal.SIGHUP)
    for _ in range(500):
        if ask("local", "postgres", f"probe{case}", "") == "reject":
            break
        time.sleep(0.005)
    with open(f"{directory}/questions/{case}", encoding="utf-8") as file:
        print(*[ask(*line.split()) for line in file.read().splitlines()], flush=True)
