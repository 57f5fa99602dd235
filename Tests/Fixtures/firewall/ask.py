# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the kernel what becomes of connections: run in a network namespace of its own (unshare -n).

ask.py CASES: a directory with N.nft or N.v4 and N.v6, and N.ask: lines `family source port`. Writes N.out: a line each,
accept (the closed port answers), reject (ICMP) or drop (silence); `refused` where the rules are not taken.
"""
import fcntl, os, select, socket, struct, subprocess, sys, time

cases = sys.argv[1]
tun = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tun, 0x400454CA, struct.pack("16sH22x", b"tun0", 0x1001))
for command in ("link set lo up", "link set tun0 up", "addr add 10.9.0.1/24 dev tun0",
                "-6 addr add fd09::1/64 dev tun0 nodad", "route add default dev tun0", "-6 route add default dev tun0"):
    subprocess.run(["ip"] + command.split(), check=True)
for name, value in (("ipv4/icmp_ratelimit", "0"), ("ipv6/icmp/ratelimit", "0"), ("ipv4/icmp_msgs_per_sec", "100000"),
                    ("ipv4/icmp_msgs_burst", "100000")):
    try:
        open("/proc/sys/net/" + name, "w").write(value)
    except OSError:
        pass


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def syn(family, source, port, own):
    kind, target = (socket.AF_INET, "10.9.0.1") if family == 4 else (socket.AF_INET6, "fd09::1")
    a, b = socket.inet_pton(kind, source), socket.inet_pton(kind, target)
    segment = struct.pack("!HHIIBBHHH", own, port, 1, 0, 0x50, 2, 1024, 0, 0)
    pseudo = a + b + (struct.pack("!BBH", 0, 6, 20) if family == 4 else struct.pack("!IHBB", 20, 0, 0, 6))
    segment = segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:]
    if family == 6:
        return struct.pack("!IHBB", 0x60000000, 20, 6, 64) + a + b + segment
    head = struct.pack("!BBHHHBBH", 0x45, 0, 40, 1, 0, 64, 6, 0) + a + b
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + segment


def load(base):
    if os.path.exists(base + ".nft"):
        return subprocess.run(["nft", "-f", base + ".nft"], stderr=subprocess.DEVNULL).returncode == 0
    for suffix, program in ((".v4", "iptables-restore"), (".v6", "ip6tables-restore")):
        with open(base + suffix) as rules:
            if subprocess.run([program], stdin=rules, stderr=subprocess.DEVNULL).returncode:
                return False
    return True


own = 20000
for number in range(int(sys.argv[2])):
    base = f"{cases}/{number}"
    subprocess.run(["nft", "flush", "ruleset"], check=True)
    questions = [line.split() for line in open(base + ".ask")]
    if not load(base):
        open(base + ".out", "w").write("refused\n")
        continue
    answers = ["drop"] * len(questions)
    first = own
    for family, source, port in questions:
        os.write(tun, syn(int(family), source, int(port), own))
        own += 1
    end = time.monotonic() + 0.03
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([tun], [], [], left)[0]:
            break
        packet = os.read(tun, 4096)
        version = packet[0] >> 4
        protocol, start = (packet[9], 20) if version == 4 else (packet[6], 40)
        if protocol == 6:
            port, answer = struct.unpack("!H", packet[start + 2:start + 4])[0], "accept"
        elif protocol in (1, 58):
            inner = start + 8 + (20 if version == 4 else 40)
            if len(packet) < inner + 2 or packet[start] not in (1, 3):
                continue
            port, answer = struct.unpack("!H", packet[inner:inner + 2])[0], "reject"
        else:
            continue
        if 0 <= port - first < len(answers):
            answers[port - first] = answer
    own = 20000 if own > 50000 else own
    open(base + ".out", "w").write("\n".join(answers) + "\n")
