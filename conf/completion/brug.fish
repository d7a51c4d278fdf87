# fish completion for brug and brug-admin: the program itself says what may stand here.
function __brug_complete
	set -l words (commandline -opc) (commandline -ct)
	command $words[1] __complete $words[2..-1] 2>/dev/null
end
complete -c brug -f -a '(__brug_complete)'
complete -c brug-admin -f -a '(__brug_complete)'
