# Sourced by ./quickstart and ./check: installs what conf/packages lists and this machine lacks.

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

packages_listed() # KIND...
{
	local kind
	for kind in "$@"; do
		awk -v kind="$kind" '$1 == kind { print $2 }' conf/packages
	done
}

packages_missing() # NAME...
{
	local name
	for name in "$@"; do
		dpkg-query -W -f '${Status}\n' "$name" 2>/dev/null | grep -q ' installed$' || echo "$name"
	done
}

apt_install() # NAME...
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

# The package lists are fetched only when the ones at hand do not do.
packages_install() # KIND...
{
	local listed missing log
	mapfile -t listed < <(packages_listed "$@")
	mapfile -t missing < <(packages_missing "${listed[@]}")
	if [ ${#missing[@]} = 0 ]; then
		return 0
	fi
	echo "Installing: ${missing[*]}"
	log=$(mktemp)
	if apt_install "${missing[@]}" >"$log" 2>&1 ||
		{ as_root apt-get update -q >"$log" 2>&1 && apt_install "${missing[@]}" >>"$log" 2>&1; }; then
		rm -f "$log"
		return 0
	fi
	tail -n 20 "$log" >&2
	rm -f "$log"
	return 1
}
