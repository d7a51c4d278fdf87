#!/bin/sh
# man.sh PAGE.scd [PROGRAM]: renders a manual page; a line @SYNOPSIS@ becomes what PROGRAM __synopsis prints,
# so that the page and the program's own table of commands cannot disagree.
set -eu
page=$1 program=${2-}

if [ -z "$program" ]; then
	exec scdoc <"$page"
fi
synopsis=$(mktemp)
trap 'rm -f "$synopsis"' EXIT
"$program" __synopsis >"$synopsis"
sed -e "/^@SYNOPSIS@\$/ {
r $synopsis
d
}" "$page" | scdoc
