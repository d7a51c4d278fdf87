# Sourced: brings a case into a server that brug-admin init has just founded, through the same programs that
# people use, each person with his own identity below $state/people; see conf/demo/story.
#
# Who sources it sets state, server (host:port), bin (the build folder) and shift (days that all dates of the story
# are moved by), has a function told (a sentence: what is being done), and may have a function must (looks at what
# must hold; without it such lines are passed over). tale is the folder of the story; the house rules and the
# agreement are those of the partnership, whatever the story.
# shellcheck shell=bash

demo=$(dirname "${BASH_SOURCE[0]}")
tale=${tale:-$demo}
people=$state/people
codes=$state/codes # NAME of the story -> code on the server
clock_so=$(realpath "$bin/conf/libdemo_clock.so")
export BRUG_DEMO_CLOCK=$state/clock

# -- programs, living on the story's date ------------------------------------------------------------

on_the_date() # COMMAND...
{
	LD_PRELOAD=$clock_so "$@"
}

as() # HANDLE ARGUMENT...: brug, or brug-admin when that is the first word
{
	local program=$bin/client/brug handle=$1
	shift
	if [ "${1-}" = brug-admin ]; then
		program=$bin/admin/brug-admin
		shift
	fi
	LD_PRELOAD=$clock_so BRUG_HOME=$people/$handle "$program" "$@"
}

admin()
{
	as beheer@zvh brug-admin "$@"
}

# -- dates -----------------------------------------------------------------------------------------

# 64 bits, the low byte first: what the preloaded clock reads.
write_clock() # MILLISECONDS
{
	local n=$1 bytes='' i
	for i in 0 8 16 24 32 40 48 56; do
		bytes+=$(printf '\\x%02x' $(((n >> i) & 255)))
	done
	# One write into the same file: those who look at it see the old or the new.
	printf '%b' "$bytes" | dd of="$state/clock" bs=8 conv=notrunc status=none
}

shifted() # DATE FORMAT
{
	date -u -d "$1 UTC ${shift} days" "+$2"
}

write_clock_first()
{
	head -c 8 /dev/zero >"$state/clock"
}

go_to() # DATE TIME: from now on it is then
{
	write_clock $(($(shifted "$1 $2" %s) * 1000 - ${EPOCHREALTIME/[.,]/} / 1000))
}

begins() # when the story begins: DATE TIME
{
	sed -n 's/^begins //p' "$tale/story"
}

declare -A code_of=() author_of=() # by NAME of the story; the file codes has them for other programs

note() # NAME CODE WHO
{
	code_of[$1]=$2 author_of[$1]=$3
	printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$codes"
}

# One word of a command, with codes and dates put in; fills put. (No process of its own: there are thousands.)
put_in() # WORD
{
	local first
	case $1 in
	@*/@*)
		put_in "${1%%/*}"
		first=$put
		put_in "${1#*/}"
		put=$first/$put
		;;
	@*) put=${code_of[${1#@}]-} ;;
	[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]) put=$(shifted "$1" %Y-%m-%d) ;;
	[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*) put=$(shifted "${1%T*}" "%Y-%m-%dT${1#*T}") ;;
	*) put=$1 ;;
	esac
}

word() # the same, printed
{
	put_in "$1"
	printf '%s\n' "$put"
}

# -- the server and who is in it ---------------------------------------------------------------------

rows() # FILE: without remarks and the line of heads
{
	grep -v '^#' "$1"
}

join_admin() # CODE
{
	as beheer@zvh join "$server" "$1" >/dev/null
}

add_agencies()
{
	local agency domain contact name
	while IFS=$'\t' read -r agency domain contact name; do
		admin agency put "$agency" --domain "$domain" --contact "$contact" --name "$name" </dev/null
	done < <(rows "$tale/agencies.tsv")
}

# Everybody but the people themselves is under it.
put_agreement()
{
	local list
	list=$(rows "$tale/agencies.tsv" | awk -F '\t' '$1 != "inwoner" { printf "%s\"%s\"", n++ ? "," : "", $1 }')
	sed "s/\"agencies\": .*/\"agencies\": [$list],/" "$demo/agreement.json" >"$state/agreement.json"
	admin agreement put "$state/agreement.json"
}

join_one() # HANDLE
{
	local code
	code=$(admin code "$1" 2>/dev/null </dev/null | awk '{ print $NF }')
	as "$1" join "$server" "$code" </dev/null
}

handles()
{
	tail -n +2 "$tale/people.csv" | cut -d, -f1
}

add_people()
{
	local handle
	admin user add --csv "$tale/people.csv"
	for handle in $(handles); do
		join_one "$handle"
	done
}

# An agency's rule ends within a year.
apply_rules()
{
	local until
	until=$(shifted "$(begins) 364 days" %F)
	cat "$demo/house-rules" "$tale/rules" | sed "/^rule add/{/--from-agency '\\*'/!s/$/ --until $until/}" |
		admin rule apply -
}

# -- the story -------------------------------------------------------------------------------------

# "Kept.  J-7QK2 · M3PX · rev 1" and "Sent.  J-7QK2/M3PX, in thread 7WJF", in any language: what comes after the
# case; of a new case, the case.
code_in() # COMMAND
{
	case $1 in
	'case new'*) grep -oE '[A-Z]-[0-9]{4,}' | head -n 1 ;;
	'table new'*) grep -oE 'T[A-Z]-[0-9]{4,}' | head -n 1 ;;
	'meet new'*) grep -oE 'o-[0-9a-f]+' | head -n 1 ;;
	'lesson publish'* | 'say '* | 'answer '*) grep -oE '/[A-Z0-9]{4}' | head -n 1 | tr -d / ;;
	'brug-admin emergency list'*) grep -oE 'nood-[0-9a-f]+' | head -n 1 ;;
	*) sed -n 's/^[^·]*· \([^ ]*\).*/\1/p' ;;
	esac
}

words_of() # COMMAND-AS-ONE-TEXT; fills words
{
	local w split put
	words=()
	read -ra split <<<"$1"
	for w in "${split[@]}"; do
		put_in "$w"
		words+=("$put")
	done
}

act() # WHO NAME COMMAND-AS-ONE-TEXT, text on standard input
{
	local who=$1 name=$2 words
	words_of "$3"
	if ! said=$(as "$who" "${words[@]}" 2>"$state/tell.said"); then
		cat "$state/tell.said" >&2
		echo "this did not work: $who $3" >&2
		return 1
	fi
	printf '%s\n' "$said" >>"$state/tell.log"
	[ "$name" = - ] || note "$name" "$(code_in "$3" <<<"$said")" "$who"
	case $3 in
	'case new'*) code_in "$3" <<<"$said" >"$state/case" ;;
	accept*) as "$who" use "${words[1]}" >>"$state/tell.log" ;;
	esac
}

# What the clock made has a code that nobody was told: it stands in what WHO sees, in the line with WORDS.
named() # NAME WHO COMMAND => WORDS
{
	local name who command words line i
	read -r name who command <<<"${1%%=>*}"
	words_of "$command"
	for ((i = 0; i < 100; i++)); do
		line=$(as "$who" "${words[@]}" </dev/null 2>&1 | grep -F -m 1 -- "${1#*=> }") && break
		sleep 0.1
	done
	if [ -z "$line" ]; then
		echo "this is not seen: $1" >&2
		return 1
	fi
	note "$name" "$(grep -oE '\b[2-9A-Z]{4}\b' <<<"${line#*-[0-9]}" | head -n 1)" "$who"
}

everybody() # COMMAND...
{
	local handle
	for handle in beheer@zvh $(handles); do
		as "$handle" "$@" >>"$state/tell.log" </dev/null
	done
}

# One line of the story with the text below it.
happen() # LINE TEXT
{
	local first rest
	read -r first rest <<<"$1"
	case $first in
	'') ;;
	at)
		# shellcheck disable=SC2086
		go_to $rest
		;;
	==) told "$rest" ;;
	everybody)
		# shellcheck disable=SC2086
		everybody $rest
		;;
	begins) ;;
	pause) sleep 1.5 ;;
	named) named "$rest" ;;
	include) tell_story "$demo/$rest" ;;
	operator) if declare -F "$rest" >/dev/null; then "$rest"; fi ;;
	must*) if declare -F must >/dev/null; then "$first" "$rest" "$2"; fi ;;
	*)
		local name command
		read -r name command <<<"$rest"
		act "$first" "$name" "$command" <<<"${2%$'\n'}"
		;;
	esac
}

tell_story() # FILE
{
	local line held='' text=''
	touch "$codes"
	while IFS= read -r line <&3; do
		case $line in
		$'\t'*) text+=${line#$'\t'}$'\n' ;;
		'' | '#'*) ;;
		*)
			happen "$held" "$text"
			held=$line text=''
			;;
		esac
	done 3<"$1"
	happen "$held" "$text"
}

step() # SENTENCE COMMAND...
{
	told "$1"
	shift
	"$@" >>"$state/tell.log"
}

bring_people() # CODE-OF-THE-FIRST-ADMIN
{
	mkdir -p "$people"
	join_admin "$1"
	step "$(rows "$tale/agencies.tsv" | wc -l) agencies" add_agencies
	step 'the agreement: what may be shared at most' put_agreement
	step "$(cat "$demo/house-rules" "$tale/rules" | grep -c '^rule add') rules: what each agency shares, with whom, on which ground" apply_rules
	step "$(handles | wc -l) people, each with a key of his own" add_people
}
