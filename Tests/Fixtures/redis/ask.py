# SPDX-License-Identifier: GPL-3.0-or-later
"""ask.py PROGRAM DIRECTORY COUNT: starts the server in each DIRECTORY/N with the arguments of the file `args`, on a
socket only, and writes what CONFIG GET * and ACL LIST say to `out`; `refused` where it does not start."""
import os
import socket
import subprocess
import sys
import time

program, directory, count = sys.argv[1], sys.argv[2], int(sys.argv[3])


def send(stream, *words):
    stream.write(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words))
    stream.flush()


def reply(stream):
    line = stream.readline()
    if line[:1] == b"*":
        return [reply(stream) for _ in range(int(line[1:]))]
    if line[:1] == b"$":
        return stream.read(int(line[1:]) + 2)[:-2]
    return line


def ask(stream):
    send(stream, b"AUTH", b"oracle", b"x")
    answer = b"auth " + reply(stream)
    send(stream, b"CONFIG", b"GET", b"*")
    pairs = reply(stream)
    for name, value in zip(pairs[::2], pairs[1::2]):
        answer += b"config %s %s\n" % (name, value.hex().encode())
    send(stream, b"ACL", b"LIST")
    for line in reply(stream):
        answer += b"acl " + line + b"\n"
    send(stream, b"SHUTDOWN", b"NOSAVE")
    return answer


for number in range(count):
    base = f"{directory}/{number}"
    with open(f"{base}/args", "rb") as file:
        arguments = file.read().split(b"\n")[:-1]
    path = f"{base}/s"
    with open(f"{base}/log", "wb") as log:
        server = subprocess.Popen([program] + arguments, cwd=base, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    answer = None
    for _ in range(2000):
        if server.poll() is not None:
            answer = b"refused\n"
            break
        try:
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(5)
            connection.connect(path)
        except OSError:
            connection.close()
            time.sleep(0.003)
            continue
        # The socket is there before the users are read: the server may still end.
        try:
            answer = ask(connection.makefile("rwb"))
        except (OSError, ValueError):
            for _ in range(500):
                if server.poll() is not None:
                    answer = b"refused\n"
                    break
                time.sleep(0.01)
        connection.close()
        break
    if server.poll() is None:
        server.kill()
    server.wait()
    with open(f"{base}/out", "wb") as file:
        file.write(answer or b"silent\n")
