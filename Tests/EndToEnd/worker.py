#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A broker in Python around a real worker: worker.py GUAITA TREE RULES. What is told over the socket is written here
from its description, so that both sides being wrong in the same way would be seen. Prints one line for each check,
"ok NAME" or "FAILED NAME", and what was measured; ends with 1 when a check failed."""
import array, errno, json, os, resource, socket, stat, struct, subprocess, sys, time

GUAITA, TREE, RULES = (os.path.realpath(path) for path in sys.argv[1:4])
LIVE = "--live" in sys.argv
failed = 0


def check(name, holds, detail=""):
    global failed
    failed += not holds
    print(f"{'ok' if holds else 'FAILED'} {name}" + (f": {detail}" if detail and not holds else ""), flush=True)


# --- The wire: fixed widths, little-endian; a length before texts and lists.
def number(value): return struct.pack("<q", value)
def text(value): return number(len(value.encode())) + value.encode()
def optional(value, write): return b"\0" if value is None else b"\1" + write(value)
def several(values, write): return number(len(values)) + b"".join(map(write, values))


class Reader:
    def __init__(self, data): self.data, self.at = data, 0
    def take(self, count):
        self.at += count
        assert self.at <= len(self.data)
        return self.data[self.at - count:self.at]
    def byte(self): return self.take(1)[0]
    def number(self): return struct.unpack("<q", self.take(8))[0]
    def text(self): return self.take(self.number()).decode()
    def optional(self, read): return read() if self.byte() else None
    def several(self, read): return [read() for _ in range(self.number())]


KINDS = {stat.S_IFREG: "regular", stat.S_IFDIR: "directory", stat.S_IFLNK: "link", stat.S_IFIFO: "fifo",
         stat.S_IFSOCK: "socket", stat.S_IFCHR: "character_device", stat.S_IFBLK: "block_device"}
ERRORS = {errno.ENOENT: 0, errno.ENOTDIR: 0, errno.EACCES: 1, errno.EPERM: 1, errno.ELOOP: 5, errno.ENAMETOOLONG: 6}


class WrongKind(Exception): pass


def answer(packet, root):
    """What a broker says to a request: the packet and the file that goes with it."""
    reader = Reader(packet)
    assert reader.byte() == 1
    space, operation = reader.byte(), reader.byte()
    if operation == 0:
        return b"\1\0\1" + text("live" if LIVE or space == 1 else root) + bytes([LIVE or space == 1]), None
    path = reader.text()
    inside = path if space == 1 or LIVE else root + path
    try:
        if operation == 1:
            kind = KINDS[stat.S_IFMT(os.stat(inside).st_mode)]
            if kind != "regular": raise WrongKind(kind)
            return b"\1\0\2", os.open(inside, os.O_RDONLY | os.O_CLOEXEC)
        if operation == 2:
            with os.scandir(os.fsencode(inside)) as entries:
                names = sorted((entry.name, entry) for entry in entries)
            listed = [text(name.decode(errors="replace")) + optional(
                KINDS[stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode)], text) + optional(
                os.readlink(entry.path).decode(errors="replace") if entry.is_symlink() else None, text)
                for name, entry in names]
            return b"\1\0\3" + several(listed, lambda entry: entry), None
        if operation == 3:
            status = os.stat(inside, follow_symlinks=bool(reader.byte()))
            body = text(KINDS[stat.S_IFMT(status.st_mode)]) + b"".join(
                optional(value, number) for value in (status.st_mode & 0o7777, status.st_uid, status.st_gid))
            seconds, nanoseconds = divmod(status.st_mtime_ns, 10**9)
            body += number(status.st_size) + b"\1" + number(seconds) + number(nanoseconds) + number(status.st_nlink)
            return b"\1\0\4" + body + b"\1" + struct.pack("<QQ", status.st_dev, status.st_ino), None
        if operation == 4: return b"\1\0\5" + text(os.readlink(inside)), None
        if not LIVE: return b"\1\0\0\x08" + text("a tree does not say how full its filesystems were"), None
        usage = os.statvfs(inside)
        return b"\1\0\6" + b"".join(map(number, (
            usage.f_blocks * usage.f_frsize, usage.f_bavail * usage.f_frsize, usage.f_files, usage.f_favail))), None
    except WrongKind as kind: return b"\1\0\0\2" + text(str(kind)), None
    except OSError as error:
        code = ERRORS.get(error.errno)
        return b"\1\0\0" + (bytes([code]) if code is not None else b"\x09" + number(error.errno) + text(str(error))), None


def send(channel, packet, file=None):
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file]))] if file is not None else []
    channel.sendmsg([packet], rights)


def status_of(pid):
    with open(f"/proc/{pid}/status") as lines:
        return {line.split(":")[0]: line.split(":")[1].strip() for line in lines}


def start(memory_limit=1 << 30):
    """A worker that has lowered itself, and what it said of that."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    leaked = os.open("/etc/passwd", os.O_RDONLY)
    began = time.monotonic()
    spawned = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
               (os.POSIX_SPAWN_DUP2, theirs.fileno(), 3), (os.POSIX_SPAWN_DUP2, leaked, 17)]
    pid = os.posix_spawn(GUAITA, ["guaita", "worker", str(memory_limit)], {"SWIFT_BACKTRACE": "enable=no"}, file_actions=spawned)
    theirs.close()
    os.close(leaked)
    ours.settimeout(60)
    reader = Reader(ours.recv(65536))
    elapsed = time.monotonic() - began
    assert reader.byte() == 4, "the first packet is no ready"
    measures = reader.several(lambda: (reader.text(), reader.optional(reader.text)))
    return pid, ours, measures, elapsed


def work(job, files, root=TREE, memory_limit=1 << 30):
    """Does a job; the answer has the result's bytes, the steps, the paths asked for, and what it cost."""
    pid, channel, measures, elapsed = start(memory_limit)
    at_ready = status_of(pid)
    for label, file in files.items(): send(channel, b"\3" + text(label), file)
    send(channel, b"\2" + job)
    steps, asked, result = [], [], None
    while result is None:
        packet = channel.recv(65536)
        if not packet: break
        if packet[0] == 1:
            asked.append(packet)
            reply, file = answer(packet, root)
            if len(reply) > 65536:
                body = os.memfd_create("reply")
                os.write(body, reply[2:])
                reply, file = b"\1\1", body
            send(channel, reply, file)
            if file is not None: os.close(file)
        elif packet[0] == 5: steps.append(packet[1:])
        else: result = packet[1:]
    # It must not end before its peak is read; it ends by itself once its last packet is sent.
    _, ending, usage = os.wait4(pid, 0)
    return {"result": result, "steps": steps, "asked": asked, "measures": measures, "spawn": elapsed, "ready": at_ready,
            "ending": ending, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss}


def memory(name): return os.memfd_create(name)
def content(file): return os.pread(file, os.fstat(file).st_size, 0)
def cost(name, done):
    print(f"measured {name}: spawn to ready {done['spawn'] * 1000:.1f} ms, CPU {done['cpu'] * 1000:.0f} ms, "
          f"RSS at ready {done['ready']['VmRSS']}, peak {done['peak']} kB, {len(done['asked'])} requests", flush=True)


def load_rules(paths, may_be_missing=False):
    bundle = memory("bundle")
    done = work(b"\0" + several(paths, text) + bytes([may_be_missing]) + several([], text), {"bundle": bundle})
    reader = Reader(done["result"] or b"\3" + text("the worker died"))
    if (kind := reader.byte()) != 0: return done, bundle, kind, reader.text(), []
    count, digest = reader.number(), reader.text()
    rejected = reader.several(lambda: (reader.text(), reader.number(), reader.number(), reader.text()))
    return done, bundle, count, digest, rejected


def scan(bundle, past=None, changed=None, casualties=(), root=TREE):
    files = {"bundle": bundle, "result": memory("result"), "nextMemory": memory("nextMemory")}
    if past is not None: files["memory"] = past
    moment = int(time.time()) if LIVE else 1795424400
    order = b"\1" + number(moment) + number(0) + optional(changed, lambda names: several(names, text))
    order += text("/nonexistent/waivers.yaml") + several(casualties, lambda one: one) + several([], lambda one: one)
    done = work(order, files, root)
    whole = content(files["result"])
    # The summary, then the report with its length before it, to the end of the file.
    at = next((at for at in range(len(whole) - 8) if number(len(whole) - at - 8) == whole[at:at + 8]), len(whole))
    done["report"] = whole[at + 8:]
    done["memory"] = files["nextMemory"]
    return done


# Started by hand it says what it is for, and does nothing.
by_hand = subprocess.run([GUAITA, "worker"], stdin=subprocess.DEVNULL, capture_output=True, text=True, close_fds=True)
check("worker by hand is refused in words", by_hand.returncode == 2 and "guaita daemon" in by_hand.stderr, by_hand.stderr)
check("worker is not in the help", "worker" not in subprocess.run([GUAITA, "--help"], capture_output=True, text=True).stdout)

# What the kernel says of a worker that waits for its job.
pid, channel, measures, _ = start()
seen = status_of(pid)
for name, why in measures: print(f"measure {name}: {why or 'in force'}")
for name, expected in [("Threads", "1"), ("CapInh", "0" * 16), ("CapPrm", "0" * 16), ("CapEff", "0" * 16),
                       ("CapAmb", "0" * 16), ("NoNewPrivs", "1"), ("Seccomp", "2")]:
    check(f"{name} of a worker is {expected}", seen[name] == expected, seen[name])
open_files = sorted(map(int, os.listdir(f"/proc/{pid}/fd"))) if os.geteuid() == 0 else []
check("it has no files but those it was given", open_files in ([], [0, 1, 2, 3]), str(open_files))
for name in ("RLIMIT_CORE", "RLIMIT_NPROC"):
    check(f"{name} is 0", resource.prlimit(pid, getattr(resource, name)) == (0, 0))
check("RLIMIT_DATA is the memory it may have", resource.prlimit(pid, resource.RLIMIT_DATA)[1] == 1 << 30)
channel.close()
check("a worker whose broker goes away ends well", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0)

# A broker that says nonsense is not believed.
pid, channel, _, _ = start()
send(channel, b"\x99nonsense")
check("a worker that is told nonsense ends with 5", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 5)

# Rules, then an audit.
done, bundle, count, digest, rejected = load_rules([RULES])
check("rules are loaded", done["ending"] == 0 and count > 100 and rejected == [], f"{count} {digest} {rejected[:3]}")
cost("loadRules", done)
print(f"measured bundle: {len(content(bundle))} bytes, {count} rules")
full = scan(bundle)
check("a whole scan ends well", full["ending"] == 0 and full["result"] == b"\1", str(full["result"]))
check("each collector and rule is told before it begins", len(full["steps"]) > count)
cost("full scan", full)
past = full["memory"]
some = scan(bundle, past, ["sshd"])
check("an incremental scan ends well", some["result"] == b"\1", str(some["result"]))
check("and gives the same report", some["report"] == full["report"] or LIVE)
check("and asks for less", len(some["asked"]) < len(full["asked"]) / 2 + 1)
cost("incremental scan", some)
if not LIVE and not os.path.exists("/etc/guaita/waivers.yaml"):
    arguments = ["scan", "--root", TREE, "--rules", RULES, "--at", "2026-11-23T09:00:00Z", "--format", "json", "--quiet"]
    direct = subprocess.run([GUAITA, *arguments], capture_output=True).stdout
    check("a lowered worker says what a scan with all rights says", full["report"].strip() == direct.strip())

# What workers died of is left alone and said.
hurt = scan(bundle, casualties=[b"\0" + text("/etc/ssh/sshd_config") + text("crashed"), b"\1" + text("sshd") + text("hung"),
                                b"\2" + text("outgrew its memory"), b"\3" + text("ssh.root-login") + text("crashed")])
check("a scan with casualties ends well", hurt["result"] == b"\1", str(hurt["result"]))
check("each casualty is a finding", sum(finding["rule"] == "guaita.worker" for finding in json.loads(hurt["report"])["findings"]) == 4)

# A worker that may not have enough memory dies, and takes nobody along.
tight = work(b"\0" + several([RULES], text) + b"\0" + several([], text), {"bundle": memory("bundle")}, memory_limit=4 << 20)
check("a worker that outgrows its memory dies without a result", tight["result"] is None and tight["ending"] != 0)

# A journal: "--journal SCAN LAST" says what is in it.
if "--journal" in sys.argv:
    name, last = sys.argv[sys.argv.index("--journal") + 1:][:2]
    for wanted, expected in ((name, int(last)), (name + "-other", None)):
        done = work(b"\2" + text(wanted), {})
        reader = Reader(done["result"] or b"\3")
        position = reader.optional(reader.number) if reader.byte() == 2 else "failed"
        check(f"the last entry of {wanted} in the journal is {expected}", position == expected, str(done["result"]))
    cost("journalPosition", done)
    check("rules over logs see the journal", b"203.0.113.77" in full["report"])

sys.exit(failed > 0)
