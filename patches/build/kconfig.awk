# SPDX-License-Identifier: GPL-2.0-only
#
# Of Kconfig files, a line for each place that defines an option:
# NAME, type, whether it can be set (y or n), what it depends on; with tabs.

function indent(s,    n) {
    for (n = 0; s ~ /^[ \t]/; s = substr(s, 2))
        n = s ~ /^\t/ ? n - n % 8 + 8 : n + 1
    return n
}

function and(all, more) {
    return more == "" ? all : all == "" ? more : all " && " more
}

function needs(condition) {
    sub(/[ \t]*(#.*)?$/, "", condition)
    if (condition ~ /\|\|/)
        condition = "(" condition ")"
    if (name != "")
        depends = and(depends, condition)
    else if (depth)
        outer[depth] = and(outer[depth], condition)
}

function end(    i, all) {
    if (name == "")
        return
    for (i = 1; i <= depth; i++)
        all = and(all, outer[i])
    print name "\t" type "\t" settable "\t" and(all, depends)
    name = type = depends = ""
    settable = "n"
}

BEGIN { settable = "n" }
END { end() }

FNR == 1 { end(); depth = help = 0 }

{
    while ($0 ~ /\\$/) {
        sub(/[ \t]*\\$/, " ")
        line = $0
        if ((getline) <= 0)
            break
        sub(/^[ \t]+/, "")
        $0 = line $0
    }
}

/^[ \t]*$/ { next }
help == 1 { help = indent($0) + 1; next }
help > 1 && indent($0) >= help - 1 { next }
{ help = 0 }
/^[ \t]*#/ { next }

$1 == "config" || $1 == "menuconfig" { end(); name = $2; next }
$1 == "if" { end(); sub(/^[ \t]*if[ \t]+/, ""); outer[++depth] = ""; needs($0); next }
$1 == "menu" || $1 == "choice" { end(); outer[++depth] = ""; next }
$1 == "endif" || $1 == "endmenu" || $1 == "endchoice" { end(); if (depth) depth--; next }
$1 == "source" || $1 == "comment" { end(); next }
$1 == "help" || $1 == "---help---" { help = 1; next }
$1 ~ /^(bool|tristate|int|hex|string|prompt)$/ {
    if ($1 != "prompt")
        type = $1
    if ($0 ~ /"/)
        settable = "y"
    if (match($0, /"[ \t]+if[ \t]/)) {
        sub(/^[^"]*"[^"]*"[ \t]+if[ \t]+/, "")
        needs($0)
    }
    next
}
$1 == "def_bool" { type = "bool"; next }
$1 == "depends" { sub(/^[ \t]*depends[ \t]+on[ \t]+/, ""); needs($0); next }
