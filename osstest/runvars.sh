# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# What a step knows of its job: the runvars, and where things are because of
# them. A flight's jobs are read here too. The one that sources this sets repo.

# The runvars that there are. A job has those that its recipe wants.
declare -rA runvar_is=(
    [job]='its name'
    [recipe]='its steps: one of osstest/recipes'
    [needs]='the jobs that must have passed, separated by commas'
    [unsupported]='why it cannot run'
    [arch]='arm64, arm32 or riscv64'
    [xen]='the Xen line: one of patches/xen-*'
    [ref]='the branch of that line, from upstream; none: the source package of a distribution'
    [debug]='y: a debug build of Xen'
    [hypervisor]='component; upstream, the Xen without it; debian, the one of the distribution (ts-linux)'
    [crates]='component, or others: whose tests ts-host-test runs'
    [mutant]='one of osstest/mutants: the job is about the component with that patch'
    [board]='one of osstest/boards, or with labgrid one of osstest/labgrid'
    [labgrid]='where that board is: local, loopback, or a place of a labgrid coordinator'
    [pcpus]='physical CPUs'
    [icount]='y: QEMU counts time in instructions, and waiting takes no time (one pCPU only)'
    [seed]='of the random operations'
    [ops]='how many operations'
    [seconds]='how long'
    [emulator]='reference, or qemu: the one that the conformance kit tests'
    [case]='one of the cases of ts-protocol'
    [headers]='the public headers of Xen that the guests are made for; none: those of a tree that is there'
    [again]='y: repeat also what has passed with the same files'
    [verbose]='y: show the whole console'
)

# read_job LINE: one of make-flight's, into $job, the list `vars` of NAME=VALUE, and
# the array `rv`. The value of unsupported is the rest of the line; any other ends at a
# blank.
read_job() {
    local words=${1%% unsupported=*} var
    read -ra vars <<<"$words"
    job=${vars[0]-}
    vars=("${vars[@]:1}")
    [[ $words == "$1" ]] || vars+=("unsupported=${1#* unsupported=}")
    declare -gA rv=()
    for var in "${vars[@]}"; do
        rv[${var%%=*}]=${var#*=}
    done
}

# is_runvar NAME
is_runvar() {
    [[ $1 =~ ^[a-z]+$ && ${runvar_is[$1]-} ]]
}

# read_runvars JOBDIR [NAME=VALUE…]: into $jobdir and the array `rv`, where what
# is not said is n, empty or the usual.
read_runvars() {
    [[ -d ${1-} ]] ||
        die "There is no such job directory." "${1:-none}" 'JOBDIR, with a file runvars in it' \
            "osstest/sg-run-job makes it; ${0##*/} --help says more."
    jobdir=$(cd -- "$1" && pwd -P)
    declare -gA rv=([arch]=arm64 [xen]=4.20 [debug]=n [hypervisor]=component [pcpus]=1 [emulator]=reference
        [crates]=component)
    local name
    for name in "${!runvar_is[@]}"; do
        : "${rv[$name]:=}"
    done
    local line said=()
    [[ ! -e $jobdir/runvars ]] || mapfile -t said <"$jobdir/runvars"
    for line in "${said[@]}" "${@:2}"; do
        name=${line%%=*}
        { [[ $line == *=* ]] && is_runvar "$name"; } ||
            die 'Not a runvar.' "$line" "NAME=VALUE, of these names: ${!runvar_is[*]}" \
                "Look into $jobdir/runvars, and at the arguments."
        rv[$name]=${line#*=}
    done
    [[ ${rv[board]} ]] || case ${rv[arch]} in
        arm64) rv[board]=virt-gicv3 ;;
        arm32) rv[board]=virt-a15 ;;
    esac
}

# What the Xen of this job is called: xen-4.20-arm64-debug.
xen_name() {
    local debug='' upstream=''
    [[ ${rv[debug]} != y ]] || debug=-debug
    [[ ${rv[hypervisor]} != upstream ]] || upstream=-upstream
    echo "xen-${rv[xen]}-${rv[arch]}$debug$upstream"
}

# Where Xen is built: for a mutant of the component, in a copy of this project.
built_in() {
    if [[ ${rv[mutant]} ]]; then
        echo "$repo/.build/mutants/${rv[mutant]}"
    else
        echo "$repo"
    fi
}

# Where the hypervisor is, the tree it was built in, and the test guests for it.
xen_dir() { echo "$(built_in)/out/$(xen_name)"; }
xen_tree() { echo "$(built_in)/.build/tree/$(xen_name)"; }
guest_dir() { echo "$repo/.build/guest/xen-${rv[xen]}-${rv[arch]}"; }

# build_options: what makes build-xen.sh build this Xen, one on a line.
build_options() {
    printf '%s\n' --xen "${rv[xen]}" --arch "${rv[arch]}"
    [[ ! ${rv[ref]} ]] || printf '%s\n' --git-ref "${rv[ref]}"
    [[ ${rv[debug]} != y ]] || echo --debug
    [[ ${rv[hypervisor]} != upstream ]] || echo --upstream
}

# The prefix of the cross compiler and its kin.
cross_compile() {
    local triplet
    triplet=$(triplet_of "${rv[arch]}")
    echo "${triplet:+$triplet-}"
}
