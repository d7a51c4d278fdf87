# Sourced: what must hold at a moment of a story (conf/demo/story). Each line is asked of the server through the
# clients, as the person named; what the clock does comes within a second or two, so an answer gets that time.
# shellcheck shell=bash
#
#   must WHO COMMAND => WORDS; -WORDS; #STATUS   what he then sees has these words, has not those, ends so
#   must_once WHO COMMAND => WORDS               one line of it has these words
#   must_said WORDS; ...          the same of what the last act answered
#   must_find WHO WORD => ...     the same of a search
#   must_hear WHO COMMAND => ...  the same of what a command says at a terminal before anything is typed
#   must_see MOMENT               who sees what, as jeffrey-sight.txt or levels here has it for that moment
#   must_levels @ITEM WHO=LEVEL...  these and no others see it, and so much
#   must_read @ITEM WHO...        these and no others read the core of it, and so the messages about it
#   must_see_nothing @CASE        nobody sees an item of it
#   must_wall WHO                 he puts the board of the meeting on the wall
#   must_stand WHO => WORDS; ...  the same of what stands on it now
#   must_watch WHO                he watches from now on
#   must_have_lost WHO @ITEM...   and these were taken from his screen

declare -A watching=()
passed=0 failed=0
tries=${MUST_TRIES:-40}

good() # N
{
	passed=$((passed + $1))
}

bad() # WHAT WHY
{
	failed=$((failed + 1))
	printf '    FAIL  %s\n          %s\n' "$1" "$2"
}

# What one check of "a; -b; #3" has against an answer goes to left; nothing when it holds.
against() # CHECK OUTPUT STATUS
{
	case $1 in
	'#'*) [ "$3" = "${1#\#}" ] || left+="ended with $3; " ;;
	-*) [[ "$2" != *"${1#-}"* ]] || left+="it says ${1#-}; " ;;
	*) [[ "$2" == *"$1"* ]] || left+="it does not say $1; " ;;
	esac
}

# Fills left. Where a line breaks on the screen says nothing.
all_against() # CHECKS OUTPUT STATUS
{
	local checks check shown put
	left=
	read -r -d '' -a shown <<<"$2" || true
	IFS=';' read -ra checks <<<"$1"
	# Without a word of how it ends, it ends well.
	case $1 in *'#'*) ;; *) checks+=('#0') ;; esac
	for check in "${checks[@]}"; do
		with_codes "${check# }"
		against "$put" "${shown[*]}" "$3"
	done
}

with_codes() # TEXT: fills put with it, @NAME put in
{
	local w text=$1 before='' name
	while [[ $text =~ ^(.*[^A-Za-z0-9]|)@([A-Za-z0-9]+)(.*)$ ]]; do
		name=${BASH_REMATCH[2]}
		w=${code_of[$name]-@$name}
		before=$w${BASH_REMATCH[3]}$before
		text=${BASH_REMATCH[1]}
	done
	put=$text$before
}

ask_until() # WHAT CHECKS INPUT WHO WORD...
{
	local what=$1 checks=$2 input=$3 who=$4 said status left i
	shift 4
	for ((i = 0; i < tries; i++)); do
		status=0
		said=$(as "$who" "$@" <<<"$input" 2>&1) || status=$?
		all_against "$checks" "$said" "$status"
		if [ -z "$left" ]; then
			good 1
			return
		fi
		sleep 0.1
	done
	bad "$what" "$left"
	printf '%s\n' "$said" | head -n "${MUST_SHOW:-8}" | sed 's/^/          | /'
}

must() # WHO COMMAND => CHECKS, text
{
	local who command words
	read -r who command <<<"${1%%=>*}"
	words_of "$command"
	ask_until "must $1" "${1#*=> }" "${2%$'\n'}" "$who" "${words[@]}"
}

must_once() # WHO COMMAND => WORDS
{
	local who command words n=0
	read -r who command <<<"${1%%=>*}"
	words_of "$command"
	n=$(as "$who" "${words[@]}" </dev/null 2>&1 | grep -cF -- "${1#*=> }") || true
	if [ "$n" = 1 ]; then good 1; else bad "must_once $1" "$n times"; fi
}

must_said() # CHECKS
{
	local left
	all_against "$1" "$said $(cat "$state/tell.said")" 0
	if [ -z "$left" ]; then good 1; else bad "must_said $1" "$left"; fi
}

must_find() # WHO WORD => CHECKS
{
	local who what
	read -r who what <<<"${1%%=>*}"
	ask_until "must_find $1" "${1#*=> }" "$what" "$who" search
}

must_hear() # WHO COMMAND => CHECKS
{
	local who command words left heard
	read -r who command <<<"${1%%=>*}"
	words_of "$command"
	heard=$(EDITOR=true VISUAL=true LD_PRELOAD=$clock_so BRUG_HOME=$people/$who script -qec \
		"$(printf '%q ' "$bin/client/brug" "${words[@]}")" /dev/null </dev/null) || true
	all_against "${1#*=> };#0" "${heard//$'\r'/}" 0
	if [ -z "$left" ]; then good 1; else bad "must_hear $1" "$left"; fi
}

# -- levels ----------------------------------------------------------------------------------------

# PERSON LEVEL, one a line, of one item, as its author may ask.
levels_of() # NAME
{
	local code=${code_of[$1]} author=${author_of[$1]}
	{ as "$author" who "$code" </dev/null || as noor@wijk who "$code" </dev/null; } 2>/dev/null | awk -F '\t' '
		BEGIN { split("geen bestaan signaal kern inhoud", words, " "); for (i in words) level[words[i]] = i - 1 }
		{ print $1, level[$3] }' | sort
}

# ITEM PERSON LEVEL of the moment, from the fixture: u01 is the first of people.csv, and so on.
expected_at() # MOMENT
{
	awk -v moment="$1" -v people="$(handles | head -n 21 | tr '\n' ' ')" '
		BEGIN { n = split(people, who, " ") }
		/^==/ { on = index($2, moment) == 1; next }
		on && $1 != "item" && NF > 20 { for (i = 2; i <= NF; i++) print $1, who[i - 1], $i == "." ? 0 : $i }' \
		"$fixtures/jeffrey-sight.txt" "$here/levels"
}

must_see() # MOMENT
{
	local name wrong cells all
	all=$(expected_at "$1")
	for name in $(awk '{ print $1 }' <<<"$all" | uniq); do
		[ -n "${code_of[$name]-}" ] || continue
		cells=$(awk -v name="$name" '$1 == name { print $2, $3 }' <<<"$all" | sort)
		# Who is out is not named any more, and sees nothing.
		wrong=$(diff <(grep -v ' 0$' <<<"$cells") <(levels_of "$name" | grep -v ' 0$') | grep '^[<>]' | tr '\n' ' ') || true
		if [ -z "$wrong" ]; then
			good "$(wc -l <<<"$cells")"
		else
			bad "must_see $1 $name" "$wrong"
		fi
	done
}

must_levels() # @ITEM WHO=LEVEL...
{
	local item=${1%% *} expected seen
	expected=$(tr ' ' '\n' <<<"${1#* }" | sort | tr '\n' ' ')
	seen=$(levels_of "${item#@}" | awk '$2 > 0 { print $1 "=" $2 }' | sort | tr '\n' ' ')
	if [ "$expected" = "$seen" ]; then good 1; else bad "must_levels $1" "they see: $seen"; fi
}

must_see_nothing() # @CASE
{
	local who case
	case=$(word "$1")
	for who in $(handles); do
		if as "$who" plan "$case" --all --json </dev/null 2>/dev/null | grep -q '"item": '; then
			bad "must_see_nothing $1" "$who does"
		else
			good 1
		fi
	done
}

must_read() # @ITEM WHO...
{
	local item=${1%% *} expected readers
	expected=$(tr ' ' '\n' <<<"${1#* }" | sort | tr '\n' ' ')
	readers=$(levels_of "${item#@}" | awk '$2 >= 3 { print $1 }' | tr '\n' ' ')
	if [ "$expected" = "$readers" ]; then good 1; else bad "must_read $1" "read by: $readers"; fi
}

# -- the wall ---------------------------------------------------------------------------------------

must_wall() # WHO
{
	as "$1" meet board --lines </dev/null >"$state/wall.$1" 2>&1 &
	watching[wall.$1]=$!
}

# After each change the whole board stands there again, below an empty line.
must_stand() # WHO => CHECKS
{
	local who=${1%% *} left='' i
	for ((i = 0; i < tries; i++)); do
		all_against "${1#*=> }" "$(awk 'BEGIN { RS = "" } END { print }' "$state/wall.$who")" 0
		[ -n "$left" ] || break
		sleep 0.1
	done
	if [ -z "$left" ]; then good 1; else bad "must_stand $1" "$left"; fi
}

# -- who watches -----------------------------------------------------------------------------------

must_watch() # WHO
{
	local out=$state/watched.$1 i
	as "$1" watch </dev/null >"$out" 2>"$out.ready" &
	watching[$1]=$!
	for ((i = 0; i < 100; i++)); do
		[ ! -s "$out.ready" ] || return 0
		sleep 0.05
	done
	bad "must_watch $1" 'it does not begin'
}

must_have_lost() # WHO @ITEM...
{
	local who=${1%% *} missing='' i w
	for ((i = 0; i < tries; i++)); do
		missing=''
		for w in ${1#* }; do
			grep -qE "^[0-9:]+ +- $(word "$w")" "$state/watched.$who" || missing+=" $w"
		done
		[ -n "$missing" ] || break
		sleep 0.1
	done
	kill "${watching[$who]}" 2>/dev/null || true
	wait "${watching[$who]}" 2>/dev/null || true
	if [ -z "$missing" ]; then good 1; else bad "must_have_lost $1" "still there:$missing"; fi
}
