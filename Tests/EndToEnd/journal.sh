#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the tests that need a journald against one of their own: in a private mount namespace with an empty /run, so that
# the machine's own journal is neither read nor written. Needs root. Build the tests first: swift build --build-tests
set -eu
cd "$(dirname "$0")/../.."

skip() {
    echo "SKIPPED journal.sh: $1" >&2
    exit 0
}

if [ "${1:-}" != "inside" ]; then
    [ "$(id -u)" = 0 ] || skip "needs root for a mount namespace"
    [ -x /lib/systemd/systemd-journald ] || skip "no systemd-journald on this machine"
    [ -s /etc/machine-id ] || skip "no /etc/machine-id"
    unshare --mount true 2>/dev/null || skip "no mount namespaces here"
    exec unshare --mount sh "$0" inside "$@"
fi

mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/journal /run/log/journal
[ ! -d /var/log/journal ] || mount -t tmpfs tmpfs /var/log/journal
/lib/systemd/systemd-journald &
journald=$!
trap 'kill "$journald" 2>/dev/null || true; wait "$journald" || true' EXIT
tries=0
while [ ! -S /run/systemd/journal/socket ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || { echo "journald did not start within 5 s" >&2; exit 1; }
    sleep 0.1
done

# sshd's entries are told by the name of the process, which journald takes from the kernel while the process lives: so it
# waits a little after its last line.
cp "$(command -v logger)" /run/sshd
lines() {
    for port in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "Failed password for root from $1 port $port ssh2"; done
    sleep 0.3
}
lines 203.0.113.9 | /run/sshd --tag sshd --socket /run/systemd/journal/dev-log
# The same words from another program are not sshd's.
lines 192.0.2.66 | logger --tag sshd --socket /run/systemd/journal/dev-log
GUAITA_JOURNAL=private swift test --skip-build --filter 'JournalEndToEndTests|LogJournalEndToEndTests|ChronicleJournalTests'

# A worker of the daemon reads the same journal by descriptors alone.
{ echo "Accepted password for root from 203.0.113.77 port 4242 ssh2"; sleep 0.3; } |
    /run/sshd --tag sshd --socket /run/systemd/journal/dev-log
printf 'MESSAGE=x\nGUAITA_SCAN_ID=e2e-worker\nGUAITA_SEQ=%s\n' 3 | logger --journald
printf 'MESSAGE=x\nGUAITA_SCAN_ID=e2e-worker\nGUAITA_SEQ=%s\n' 7 | logger --journald
[ $# -lt 2 ] || python3 Tests/EndToEnd/worker.py "$2" / rules --live --journal e2e-worker 7
