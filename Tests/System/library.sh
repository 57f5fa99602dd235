# What scenarios are written in. Sourced in the guest; every check prints one line: `ok name` or `FAIL name: why`.
# Checks look at what a person would: systemctl, journalctl, the files.

config=/etc/ssh/sshd_config
state=/var/lib/guaita
report=$state/report.json
rules=/etc/guaita/rules.d
failures=0
cleanups=()

# begin NAME: the scenario starts with a running service that has nothing left to do, whatever happened before it.
begin() {
    scenario=$1
    since=$(date +%s.%N)
    trap 'end_cleanly' EXIT
    if [[ $scenario != 00-* ]]; then
        # What no scenario may do: pass where there is no service.
        systemctl is-active --quiet guaita || { systemctl reset-failed guaita; systemctl start guaita; } 2>/dev/null
        systemctl is-active --quiet guaita || { fail "$scenario" "the service does not run"; finish; }
        within_quietly 20 idle || { fail "$scenario" "the service is not idle 20 s after its start"; finish; }
    fi
    mark
}

# finish: ends the scenario, with the journal of its time where something failed.
finish() {
    if [ $failures -gt 0 ]; then
        echo "   the journal of $scenario (last 60 lines; the whole is in build/test-systemd/journal.txt):"
        # One of a thousand rules like the others says nothing.
        journalctl -q --no-pager -o short-precise --since "@$since" -u guaita -t guaita -t systemd-coredump -t systemd 2>&1 \
            | grep -v 'load\.r[0-9]' | tail -60 | cut -c1-300 | sed 's/^/   | /'
    fi
    exit $((failures > 0))
}

# at_end COMMAND: puts back what the scenario changed, last first, also when it was cut short.
at_end() { cleanups=("$1" "${cleanups[@]}"); }
end_cleanly() {
    local status=$? command
    for command in "${cleanups[@]}"; do eval "$command" >/dev/null 2>&1; done
    exit $status
}

pass() { echo "ok   $scenario: $1"; }
fail() {
    failures=$((failures + 1))
    echo "FAIL $scenario: $1${2:+: $(head -c 600 <<<"$2" | tr '\n' '|')}"
}
# cannot WHAT WHY: what this guest does not let us do; said loudly, counted, and no pass.
cannot() { echo "CANNOT $scenario: $1: $2"; }

# expect NAME COMMAND…: the command succeeds.
expect() {
    local name=$1 said; shift
    if said=$("$@" 2>&1); then pass "$name"; else fail "$name" "${said:-$* fails}"; fi
}
# refuse NAME COMMAND…: the command fails.
refuse() {
    local name=$1 said; shift
    if said=$("$@" 2>&1); then fail "$name" "$* succeeds: $said"; else pass "$name"; fi
}
# says NAME TEXT COMMAND…: what the command prints holds the text, in whatever case, whether it succeeds or not.
says() {
    local name=$1 text=$2 said; shift 2
    said=$("$@" 2>&1)
    if grep -qiF -- "$text" <<<"$said"; then pass "$name"; else fail "$name" "no \"$text\" in: $said"; fi
}
# within SECONDS NAME COMMAND…: the command succeeds before that time; says when it first did.
within() {
    local limit=$1 name=$2 began; shift 2
    began=$(now)
    if within_quietly "$limit" "$@"; then
        pass "$name ($(( ($(now) - began) / 1000 )) ms)"
    else
        fail "$name" "not within $limit s"
    fi
}
within_quietly() {
    local end; end=$(( $(now) + $1 * 1000000 )); shift
    while ! "$@" >/dev/null 2>&1; do
        [ "$(now)" -lt "$end" ] || return 1
        sleep 0.05
    done
}
# now: microseconds of the clock, as the journal counts them.
now() { date +%s%6N; }

# mark: what the journal gets from here on is this check's. The mark is an entry of its own, because journalctl 252 skips
# the first entry that matches after a cursor of one that does not (--after-cursor).
mark() {
    logger -t scenario -- "$scenario"
    journalctl --sync
    cursor=$(journalctl -q -n 1 -t scenario --show-cursor -o cat | sed -n 's/^-- cursor: //p')
    [ -n "$cursor" ] || fail "the journal can be read"
}
# entries [FIELD=VALUE…]: guaita's entries since the mark, one JSON object a line.
entries() { journalctl -q --no-pager --cursor="$cursor" -t guaita -o json --all "$@"; }
# journal_has FIELD=VALUE…: there is such an entry since the mark.
journal_has() { [ -n "$(entries "$@")" ]; }
# journal_says TEXT: an entry of the service, or of systemd about it, since the mark holds the text, in whatever case.
journal_says() {
    journalctl -q --no-pager --cursor="$cursor" -o cat _SYSTEMD_UNIT=guaita.service + UNIT=guaita.service \
        + SYSLOG_IDENTIFIER=guaita | grep -iE -- "$1" >/dev/null
}
# message KIND: the MESSAGE_ID of a kind of entry, from the catalog that the package installs.
message() {
    awk -v kind="# $1" '$0 == kind { found = 1 } found && /^-- / { print $2; exit }' /usr/lib/systemd/catalog/guaita.catalog
}
# told KIND RULE: since the mark the journal has an entry of this kind about this rule.
told() { journal_has MESSAGE_ID="$(message "$1")" GUAITA_RULE_ID="$2"; }
# scanned: since the mark a scan has ended.
scanned() { journal_has MESSAGE_ID="$(message scan-end)"; }
# moment FIELD=VALUE…: when the first such entry was written, in microseconds.
moment() { entries "$@" | head -1 | jq -r '._SOURCE_REALTIME_TIMESTAMP // .__REALTIME_TIMESTAMP'; }

property() { systemctl show --value -p "$1" guaita; }
broker() { property MainPID; }
# workers [BROKER]: its children.
workers() {
    local pid=${1:-$(broker)}
    [ "$pid" -gt 0 ] && cat "/proc/$pid/task/$pid/children" 2>/dev/null
}
# idle: the service runs and no worker was there for longer than it waits before it looks at changed files (scan.settle).
# quiet: the same for a moment; enough where what changed has been told.
idle() { quiet 18; }
quiet() {
    local pid; pid=$(broker)
    [ "$pid" -gt 0 ] && [ "$(property ActiveState)" = active ] || return 1
    for ((i = 0; i < ${1:-4}; i++)); do
        [ -z "$(workers "$pid")" ] && [ -d "/proc/$pid" ] || return 1
        sleep 0.1
    done
}
# settings LINE…: guaita.yaml says this until the scenario ends.
settings() {
    [ -e /run/guaita.yaml ] || cp -p /etc/guaita/guaita.yaml /run/guaita.yaml 2>/dev/null
    at_end "rm -f /etc/guaita/guaita.yaml; [ ! -e /run/guaita.yaml ] || mv /run/guaita.yaml /etc/guaita/guaita.yaml"
    printf '%s\n' "$@" >/etc/guaita/guaita.yaml
}
# restart: the limit of starts is for crashes, not for scenarios.
restart() { systemctl reset-failed guaita; systemctl restart guaita; }
# catch NAME: a worker comes to work within 10 s; its process is in $worker. Without one there is nothing to go on with.
catch() {
    if a_worker; then pass "$1"; else fail "$1" "no worker within 10 s"; finish; fi
}
a_worker() {
    local pid end; pid=$(broker) end=$((SECONDS + 10)) worker=
    while [ $SECONDS -lt $end ]; do
        read -r worker _ <"/proc/$pid/task/$pid/children"
        # The file ends without a line feed, which read(1) calls a failure.
        [ -z "$worker" ] || return 0
    done 2>/dev/null
    return 1
}

# sshd_says LINE…: the server's configuration is Debian's with these lines first. Written as editors do, beside and then
# by rename.
[ -e /run/sshd_config.debian ] || cp $config /run/sshd_config.debian
sshd_says() {
    { printf '%s\n' "$@"; cat /run/sshd_config.debian; } >$config.new
    mv $config.new $config
}
open_root() { sshd_says "PermitRootLogin yes"; }
close_root() { sshd_says "PermitRootLogin no"; }

# rule ID CONDITION: a rule in the administrator's directory, in file ID.yaml.
rule() {
    cat >"$rules/$1.yaml" <<RULE
guaita: 1
id: $1
posture: security
severity: medium
title: {ca: prova $1, es: prueba $1, en: test $1}
require: $2
message: {ca: falla, es: falla, en: fails}
why: {ca: Una prova., es: Una prueba., en: A test.}
fix: {ca: Res., es: Nada., en: Nothing.}
effort: 5
references: {cwe: [1104]}
tests: []
RULE
}

# number NAME VALUE UNIT LIMIT: a promise in figures; the value is a whole number that must not be above the limit.
number() {
    printf '%s\t%s %s\t(at most %s)\n' "$1" "$2" "$3" "$4" >>/test/out/numbers
    if [[ $2 =~ ^[0-9]+$ ]] && [ "$2" -le "$4" ]; then pass "$1: $2 $3, at most $4"; else fail "$1" "$2 $3, more than $4"; fi
}

# duration NAME VALUE UNIT LIMIT: a time. Machines are noisy, so one over its limit is said loudly and is no pass; three
# times the limit is no noise, and fails.
duration() {
    if [[ $2 =~ ^[0-9]+$ ]] && [ "$2" -gt "$4" ] && [ "$2" -le $((3 * $4)) ]; then
        printf '%s\t%s %s\t(OVER its limit of %s)\n' "$1" "$2" "$3" "$4" >>/test/out/numbers
        echo "OVER $scenario: $1: $2 $3, more than $4"
    else
        number "$@"
    fi
}

# lives [OPTION…]: each finding of the journal and what became of it in order: N new, R regressed, C changed, S resolved,
# T retired with its rule.
lives() {
    journalctl -q --no-pager -t guaita -o json --all "$@" | jq -r --arg new "$(message finding-new)" \
        --arg regressed "$(message finding-regressed)" --arg changed "$(message finding-changed)" \
        --arg resolved "$(message finding-resolved)" \
        --arg retired "$(message finding-retired)" \
        '({($new): "N", ($regressed): "R", ($changed): "C", ($resolved): "S", ($retired): "T"}[.MESSAGE_ID // "-"]) as $kind
            | select($kind) | .GUAITA_FINDING_ID + " " + $kind' \
        | awk '{ life[$1] = life[$1] $2 } END { for (id in life) print id, life[id] }'
}
# consistent: in this scenario no finding begins or ends twice; only what is open changes.
consistent() {
    local all wrong
    all=$(lives --since "@$since")
    [ -n "$all" ] || { echo "the journal has no finding"; return 1; }
    ! wrong=$(grep -E '[NR]C*[NR]|[ST][STC]' <<<"$all") || { echo "doubled or lost: $wrong"; return 1; }
}
