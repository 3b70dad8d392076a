# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2016  # bats sets status and output
#
# What the cases share. They work in the folder that ts-bats has made:
#
#   project/   the files of the project, and nothing that was built
#   checkout/  the same, with Xen built in it
#   pristine/  upstream's tree
#   small/     as much of it as the patches and build-xen.sh look at
#   source/    that as a source package
#   good/      the result of the build in checkout/
#   bin/       an apt-get and a sudo that change nothing, and record that they were called
#   farm/      a link to every command of this machine
#   home/ tmp/ what HOME and TMPDIR are, empty
#   public     a link to a folder that another user comes to as well

load soon

readonly result=xen-4.20-arm64

setup() {
    common_setup
}
common_setup() {
    lab=${XEN_RS_BATS:?these cases are run by osstest/ts-bats}
    fakes=$BATS_TEST_TMPDIR/fakes
    checkout=$lab/checkout
    before=$BATS_TEST_TMPDIR/before
    kept=()
    mkdir "$fakes"
    lab_path=$lab/bin:$PATH
    PATH=$fakes:$lab_path
}

teardown() {
    local file
    for file in "${kept[@]}"; do
        rm -f -- "$file"
        [[ ! -e $BATS_TEST_TMPDIR/kept$file ]] || cp -a -- "$BATS_TEST_TMPDIR/kept$file" "$file"
    done
    rm -f -- "$lab/machine"
}

# --- What a case arranges ---------------------------------------------------

# A checkout in which nothing was ever built; with --source, it has the source
# package, the small one.
cold() {
    checkout=$BATS_TEST_TMPDIR/${2-cold}
    cp -a "$lab/project" "$checkout"
    [[ ${1-} != --source ]] || { mkdir "$checkout/.build" && cp -a "$lab/source" "$checkout/.build/"; }
}

# A checkout where make takes no time, because it puts what was built before
# into the tree. All else that build-xen.sh does is real.
quick() {
    checkout=$lab/quick
    quick_make
    if [[ ! -e $checkout ]]; then
        cold --source
        mv "$checkout" "$lab/quick"
        checkout=$lab/quick
        good_run
    fi
}
quick_make() {
    fake make <<END
# As Xen's makefiles would.
[[ \$2 =~ ^[A-Za-z0-9/._+-]+\$ ]] || exit 9
case "\$*" in
    *' clean') ;;
    *distclean*) exec $(real make) "\$@" ;;
    *olddefconfig*) cp "$lab/good/config" "\$2/.config" ;;
    *) cp "$lab/good/xen" "$lab/good/xen-syms" "\$2/" ;;&
    *-upstream[+/]*) aarch64-linux-gnu-objcopy --wildcard --strip-symbol='xen_rs_*' "\$2/xen-syms" ;;
esac
END
    sed -i '2i[[ $1 != --version ]] || { echo quick make; exit; }' "$fakes/make"
}

# The same with upstream's whole tree, which its own makefiles configure.
configurable() {
    checkout=$lab/configurable
    quick_make
    sed -i "/olddefconfig/s|) .*|) exec $(real make) \"\$@\" ;;|" "$fakes/make"
    if [[ ! -e $checkout ]]; then
        cold
        mkdir -p "$checkout/.build/source"
        # What is not the hypervisor's only takes time.
        tar -C "$lab/pristine" --transform 's,^,xen-4.20.0/,' -cf - Config.mk config xen \
            docs/misc/xen-command-line.pandoc |
            xz -0 >"$checkout/.build/source/xen_4.20.0.orig.tar.xz"
        (cd "$checkout/.build/source" && sha256sum xen_4.20.0.orig.tar.xz >SHA256SUMS.4.20)
        mv "$checkout" "$lab/configurable"
        checkout=$lab/configurable
        build --offline
        is_good
    fi
}

# Has the next run unpack the source and apply the patches anew.
renew() {
    sed -i "1iNote: $BATS_TEST_NAME" "$checkout"/patches/component/0001-*
}

# How many patches a tree gets.
patches_there() {
    find "$checkout"/patches/{fixes,component} -name '*.patch' | wc -l
}

# This file is as it was after the case.
keep() {
    mkdir -p "$BATS_TEST_TMPDIR/kept${1%/*}"
    [[ ! -e $1 ]] || cp -a -- "$1" "$BATS_TEST_TMPDIR/kept$1"
    kept+=("$1")
}

real() {
    PATH=$lab_path type -P "$1"
}

# fake NAME: a command NAME that comes first in PATH; the script is on stdin.
fake() {
    { echo '#!/usr/bin/env bash'; cat; } >"$fakes/$1"
    chmod +x "$fakes/$1"
}

# slow NAME: a command that takes long, so that there is time to interrupt it.
slow() {
    fake "$1" <<<"sleep 300; exec $(real "$1") \"\$@\""
}

# without NAME…: PATH has every command of this machine but these.
without() {
    cp -a "$lab/farm" "$BATS_TEST_TMPDIR/farm"
    # Not written through the links, which lead to the machine's own.
    cp --remove-destination "$lab"/bin/* "$BATS_TEST_TMPDIR/farm/"
    lab_path=$BATS_TEST_TMPDIR/farm
    PATH=$fakes:$lab_path
    (cd "$lab_path" && rm -f -- "$@")
}

# mounted COMMANDS…: runs them in a shell with mounts of its own, for which root
# is needed, or a user namespace; nobody else sees them, and nothing stays.
mounted() {
    local map=()
    ((EUID == 0)) || map=(--map-root-user)
    unshare --mount "${map[@]}" true 2>/dev/null ||
        skip 'no mount namespace to be had; run it as root'
    run env "${env[@]}" timeout --foreground -k 5 600 unshare --mount "${map[@]}" bash -euc "$1" mounted "${@:2}" 3>&-
}

# --- Running it -------------------------------------------------------------

# The state of the checkout: every file with its size and its time of change,
# and what links lead to. What runs are free to write is left out.
snapshot() {
    [[ ! -e $checkout ]] ||
        find "$checkout" \( -path '*/.build/log' -o -path '*/.build/apt' -o -path '*/.build/lock' \) -prune -o \
            \( -type d -printf '%P/\n' -o -printf '%P %s %C@ %l\n' \) | sort
}

env=(HOME="${XEN_RS_BATS-}/home" TMPDIR="${XEN_RS_BATS-}/tmp")

build() {
    snapshot >"$before"
    run env "${env[@]}" timeout --foreground -k 5 600 "$checkout/build-xen.sh" "$@" 3>&-
}

# interrupt SIGNAL STEP [OPTION…]: sends the signal as the terminal would, when a
# line with STEP appears. bats ignores SIGINT, and with it what bats starts.
interrupt() {
    local signal=$1 step=$2 pid
    shift 2
    snapshot >"$before"
    # What an earlier one said is no step of this one.
    : >"$BATS_TEST_TMPDIR/said"
    env "${env[@]}" setsid env --default-signal "$checkout/build-xen.sh" "$@" \
        >"$BATS_TEST_TMPDIR/said" 2>&1 </dev/null 3>&- &
    pid=$!
    soon has_come_to "$step" "$pid" || true
    # So that the step has begun what it says.
    sleep 0.4
    kill -s "$signal" -- "-$pid" || true
    SECONDS=0 status=0
    wait "$pid" || status=$?
    output=$(cat "$BATS_TEST_TMPDIR/said")
    says "$step" || return
    ((SECONDS < 60)) || complain "It took $SECONDS s to end."
}
# has_come_to STEP PID: it has, or it has ended.
has_come_to() {
    grep -qF -- "$1" "$BATS_TEST_TMPDIR/said" || ! kill -0 "$2" 2>/dev/null
}

# --- What is to be seen -----------------------------------------------------

complain() {
    printf '%s\n' "$@" '--- it said:' "$output"
    return 1
}

says() {
    [[ $output == *"$1"* ]] || complain "It should say: $1"
}

says_not() {
    ! grep -E -- "$1" <<<"$output" || complain "It should not say: $1"
}

# empty FOLDER…
empty() {
    [[ -z $(find "$@" -mindepth 1) ]] || complain "There is something in: $*"
}

ends_with() {
    [[ $status == "$1" ]] || complain "Exit status $status, not $1."
}

# part failed|found|wanted|do: that part of the block in $output.
part() {
    awk -v want="$1" '
        /^\*\*\* [^ ]/ { now = "failed"; sub(/^\*\*\* /, "") }
        /^\*\*\*   (found|wanted|do): / { now = $2; sub(/:/, "", now); sub(/^\*\*\*   [a-z]*: */, "") }
        /^\*\*\*$/ { now = "" }
        now == want { print }' <<<"$output"
}

# block STATUS FAILED FOUND WANTED DO: one block, these words in its parts.
block() {
    local name
    ends_with "$1" || return
    shift
    [[ $(grep -cx '\*\*\*' <<<"$output") == 2 ]] || complain 'There should be one block.' || return
    ! grep -E '^[^*]*[a-z-]+\.sh: (line|[0-9])' <<<"$output" || complain 'The shell complains.' || return
    for name in failed found wanted 'do'; do
        part_has "$name" "$1" || return
        shift
    done
}
part_has() {
    local text
    text=$(part "$1")
    [[ -n $text && $text == *"$2"* ]] || complain "In the block, '$1' should say: $2"
}

# As before: the checkout; no process at work in it, no scratch folder, nothing
# in HOME or TMPDIR, nothing of the machine.
nothing_changed() {
    diff "$before" <(snapshot) >&2 || complain 'The checkout has changed.' || return
    nothing_left
}
nothing_left() {
    local left
    left=$(compgen -G "$checkout/.build/scratch.*"; compgen -G "$checkout/out/.*.new"
        find "$lab/home" "$lab/tmp" -mindepth 1)
    [[ -z $left ]] || complain "It left: $left" || return
    # Whatever build-xen.sh starts holds its lock.
    [[ ! -e $checkout/.build/lock ]] || flock -n "$checkout/.build/lock" true ||
        complain 'It left a process.' || return
    [[ ! -e $lab/machine ]] || complain "It would have changed this machine: $(cat "$lab/machine")" || return
    left=$(find -L "$lab/farm" -maxdepth 1 -type f -cnewer "$lab/started" -printf '%l\n')
    [[ -z $left ]] || complain "Commands of this machine have changed: $left"
}

# refused …: as block, and nothing changed.
refused() {
    block "$@" || return
    nothing_changed
}

# A run without the fakes, and what it has to come to: the xen of before,
# whole, in the folder of results that is named or the checkout's.
# shellcheck disable=SC2120
good_run() {
    [[ ! -e $fakes/make ]] || quick_make
    find "$fakes" -type f ! -name make -delete
    build --offline --no-install "$@"
    is_good "$checkout/out"
}
# shellcheck disable=SC2120
is_good() {
    local file
    ends_with 0 || return
    for file in xen xen-syms config; do
        cmp "$lab/good/$file" "${1-$checkout/out}/$result/$file" || complain "Another $file." || return
    done
    (cd "${1-$checkout/out}/$result" && grep -qF "$(sha256sum xen | cut -d' ' -f1)" build-info.txt) ||
        complain 'build-info.txt is of another xen.' || return
    nothing_left
}

# After all cases of a file: nothing to unpack, patch or configure.
up_to_date() {
    good_run || return
    says_not 'Unpacking|Applying|Fetching|Configuring'
}

# has NAME LINE…: the configuration of the result NAME has these lines.
has() {
    local line
    ends_with 0 || return
    for line in "${@:2}"; do
        grep -xF -- "$line" "$checkout/out/$1/config" || complain "No $line in $1." || return
    done
    nothing_left
}
