# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC3043,SC2034,SC2119,SC2120
#
# What the scenarios are written in: the domU, its agent, the emulators.

log=/run/log
mkdir -p "$log"

say() { echo "# $(cut -d' ' -f1 /proc/uptime) $*" >&2; }

now() { cut -d. -f1 /proc/uptime; }

# until_true COMMAND…: waits for that. Nothing takes long, but a busy machine may not run
# one of QEMU's threads for many seconds.
until_true() { within 300 "$@"; }

# within SECONDS COMMAND…: whether it comes true in that time.
within() {
    local deadline=$(($(now) + $1))
    shift
    while ! "$@"; do
        [ "$(now)" -lt "$deadline" ] || return 1
        usleep 100000
    done
}

# Fails the scenario that runs, in its subshell.
wrong() {
    echo "$*" >/run/why
    exit 1
}

# want WHAT FOUND TEST WANTED: as test(1) has it.
want() {
    test "${2:-none}" "$3" "$4" || wrong "$1 is ${2:-missing}, wanted $3 $4"
}

# scenario NAME COMMAND…: a line with its result; what it found is in /run/found.
# After one that failed, the next begins with a domU and an emulator of its own.
scenario() {
    local name=$1 line
    shift
    say "$name"
    rm -f /run/why /run/found
    if { [ -z "$failed" ] || (afresh); } && ("$@") >&2; then
        failed=
        line="ok $name $(tr '\n' ' ' </run/found)"
    else
        failed=y
        line="FAIL $name $(cat /run/why 2>/dev/null || echo 'ended early')"
        evidence
    fi
    say "$line"
    echo "$line"
}

found() { echo "$*" >>/run/found; }

# What may say why a scenario has failed: the end of the domU's console and of the file
# $last_words, if there is one, and what the vCPUs do; on Xen's console, by its debug keys,
# who waits for an emulator, and the state of all domains.
last_words=''
evidence() {
    {
        tail -n 12 "$console" | tr -d '\r'
        xl vcpu-list
        sleep 2
        xl vcpu-list
        [ -z "$last_words" ] || tail -n 4 "$last_words"
    } 2>&1 | sed 's/^/# evidence: /' >&2
    xl debug-keys kq
    # It says it in its own time.
    sleep 2
}

# value KEY LINE: of KEY=VALUE in it.
value() { echo " $2 " | sed -n "s/.* $1=\([^ ]*\) .*/\1/p"; }

# --- The toolstack ----------------------------------------------------------

toolstack() {
    mkdir -p /run/xen /run/xenstored
    xenstored --pid-file /run/xenstored.pid || wrong 'xenstored fails'
    xen-init-dom0 || wrong 'xen-init-dom0 fails'
    xenconsoled --log=guest --pid-file=/run/xenconsoled.pid || wrong 'xenconsoled fails'
    xl info >"$log/xl-info" || wrong 'xl info fails'
    found "Xen $(awk '/^xen_version/ { print $3 }' "$log/xl-info"), Linux $(uname -r)"
}

# --- The domU ---------------------------------------------------------------

console=/var/log/xen/console/guest-domu.log

domid() { xl domid domu 2>/dev/null; }

# agent_lines: how many lines the agent has printed.
agent_lines() { tr -d '\r' <"$console" 2>/dev/null | grep -c '^AGENT '; }
said_more_than() { [ "$(agent_lines)" -gt "$1" ]; }

# ask COMMAND…: sends the agent a command; its reply, on stdout.
ask() {
    local before
    before=$(agent_lines)
    echo "$*" >"$(xenstore-read "/local/domain/$(domid)/console/tty")"
    until_true said_more_than "$before" || wrong "the agent does not reply to: $*"
    tr -d '\r' <"$console" | grep '^AGENT ' | tail -n 1
}

# transferred COMMAND…: has the agent's command make the emulators read pages; how
# many is in $pages. None may be bad: a page that was given away is one that cannot
# be read.
transferred() {
    local reply
    reply=$(ask "$@") || exit 1
    say "$* -> $reply"
    case $reply in
        'AGENT transferred '*) ;;
        *) wrong "$*: $reply" ;;
    esac
    pages=$(value pages "$reply")
    want "$*: bad pages" "$(value bad "$reply")" -eq 0
}

# create_domu [SETTING…]: with these in place of what its configuration has.
create_domu() {
    rm -f "$console"
    xl create -q /domu/domu.cfg "$@" || wrong 'xl create fails'
    until_true said_more_than 0 || wrong "the agent does not start: $(tail -n 3 "$console")"
}

# xl uses CPU time that the emulators need as well: it is not asked too often.
memory_is() {
    usleep 400000
    test "$(xl list domu | awk '$1 == "domu" { print $3 }')" "${2:--eq}" "$1"
}

mem_set() { xl mem-set domu "$1" || wrong "xl mem-set domu $1 fails"; }
memory_reaches() {
    until_true memory_is "$1" || wrong "the domU has $(xl list domu | awk 'NR > 1 { print $3 }') MiB, not $1"
}

# xen_says PATTERN: Xen's console has a line like this.
xen_says() { xl dmesg | grep -q "$1"; }

# expired_since TIME: how many of the domU's invalidations Xen has sent before their
# hypercall was complete, as its debug key k says. It defers each for a second
# (mapcache-defer), which a hypercall takes only where the machine is busy: if there are
# more than seconds since then, it does not.
expired_since() {
    local id expired
    id=$(domid)
    xl dmesg -c >/dev/null
    xl debug-keys k || wrong 'xl debug-keys fails'
    within 60 xen_says "d$id: invalidations: sent" || wrong 'the debug key does not show what was sent'
    expired=$(xl dmesg | sed -n "s/.*d$id: invalidations: .* of these expired \([0-9]*\),.*/\1/p")
    want "invalidations that expired in $(($(now) - $1)) s" "$expired" -le $(($(now) - $1))
    echo "$expired"
}

afresh() {
    local pid
    for pid in /run/emulator*.pid; do
        kill -9 "$(cat "$pid")" 2>/dev/null
        rm -f "$pid"
    done
    xl destroy domu 2>/dev/null
    create_domu
    start_emulator 0
    ask count 0 >/dev/null
}

# The domain goes, nothing of it remains, and Xen lives.
domain_goes() {
    until_true is_gone "$1" || wrong "still there: $(xl list | tail -n +3)"
    want 'lines of xl list' "$(xl list | grep -c .)" -eq 2
    xl info >/dev/null || wrong 'xl info fails'
}

# Of an earlier scenario, if it is still there, with its emulator.
domu_goes() {
    local id
    id=$(domid) || return 0
    xl destroy domu || wrong 'xl destroy fails'
    emulator_quits 0
    domain_goes "$id"
}

is_gone() { ! xl list | awk -v id="$1" '$2 == id { found = 1 } END { exit !found }'; }

# --- The emulators ----------------------------------------------------------

# start_emulator N [VCPUS [OPTIONS]]: at slot N.
start_emulator() {
    rm -f "/run/emulator$1"
    mkfifo "/run/emulator$1"
    : >"$log/emulator$1"
    # shellcheck disable=SC2086  # a word each
    emulator --domain "$(domid)" --vcpus "${2:-2}" --slot "$1" ${3-} <>"/run/emulator$1" >>"$log/emulator$1" 2>&1 &
    echo $! >"/run/emulator$1.pid"
    until_true grep -qE '^(ready|error) ' "$log/emulator$1"
    grep -q '^ready ' "$log/emulator$1" || wrong "$(tail -n 1 "$log/emulator$1")"
}

# command_to N COMMAND REPLY: sends emulator N a command; the line that begins with
# REPLY, on stdout.
command_to() {
    local before
    before=$(grep -c "^$3" "$log/emulator$1")
    echo "$2" >"/run/emulator$1"
    until_true said_by "$1" "$3" "$before" || wrong "emulator $1 does not reply to: $2"
    grep "^$3" "$log/emulator$1" | tail -n 1
}

said_by() { [ "$(grep -c "^$2" "$log/emulator$1")" -gt "$3" ]; }

stats() { command_to "$1" stats stats; }

# As long as an emulator has pages of a domain, that cannot be freed.
emulator_quits() {
    # It may be ending already: opened for both, a pipe needs no reader.
    echo quit 1<>"/run/emulator$1"
    until_true emulator_ends "$1" || wrong 'the emulator does not end'
}

emulator_ends() { ! kill -0 "$(cat "/run/emulator$1.pid")" 2>/dev/null; }

# has_held N: waits until emulator N holds a request back; of which vCPU, in $vcpu.
has_held() {
    until_true said_by "$1" held 0 || wrong "emulator $1 has received no invalidation"
    vcpu=$(value vcpu "$(grep '^held' "$log/emulator$1" | tail -n 1)")
}

# The count of vCPU V, as emulator N sees it.
count_of() { value "v$2" "$(command_to "$1" counters counters)"; }
has_counted() { [ "$(count_of "$1" "$2")" -gt "$3" ]; }
