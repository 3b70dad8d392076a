# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Builds the tool that compares; its path is then in `tool`. The script that sources
# this sets repo.

"${CARGO:-cargo}" build --quiet --locked --package differential --manifest-path "$repo/Cargo.toml" \
    --target-dir "$repo/.build/cargo" ||
    die 'The tool that compares does not build.' 'the errors above' 'it' 'Mend osstest/differential.'
tool=$repo/.build/cargo/debug/differential
