#include "options.h"

#include <argp.h>
#include <string.h>

enum { OPT_STATE = 256, OPT_LISTEN, OPT_PRINT, OPT_CHECK, OPT_REBUILD, OPT_VERIFY, OPT_TRY };

static const struct argp_option rows[] = {
	{"config", 'c', "FILE", 0, "Read this configuration file", 0},
	{"state", OPT_STATE, "DIR", 0, "The folder that holds everything", 0},
	{"listen", OPT_LISTEN, "ADDRESS:PORT", 0, "Where to listen; port 0 takes any", 0},
	{"print-conf", OPT_PRINT, NULL, 0,
	 "Print the configuration with what each option means, and stop", 0},
	{"check-config", OPT_CHECK, NULL, 0, "Say whether the configuration is sound, and stop", 0},
	{"rebuild", OPT_REBUILD, NULL, 0, "Make the state anew from the journal alone, and stop",
	 0},
	{"verify", OPT_VERIFY, NULL, 0, "Check every byte of the journal, and stop", 0},
	{"try-upgrade", OPT_TRY, NULL, 0,
	 "Upgrade a copy of the state to this version's format, and stop", 0},
	{0}};

/* "127.0.0.1:7450", "brug.example.nl:7450", "[::1]:7450" */
static error_t set_listen(struct options *o, char *arg)
{
	char *colon = strrchr(arg, ':'), *end;

	if (!colon)
		return EINVAL;
	*colon = 0;
	end = strchr(arg, ']');
	if (*arg == '[' && end && !end[1]) {
		*end = 0;
		arg++;
	} else if (strpbrk(arg, "[]:")) {
		return EINVAL;
	}
	return conf_set(&o->conf, "address", arg, o->why) == ERR_OK &&
			       conf_set(&o->conf, "port", colon + 1, o->why) == ERR_OK
		       ? 0
		       : EINVAL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'c':
		if (conf_read(&o->conf, arg, o->why) != ERR_OK)
			argp_error(state, "%s", o->why);
		return 0;
	case OPT_STATE:
		if (conf_set(&o->conf, "state", arg, o->why) != ERR_OK)
			argp_error(state, "%s", o->why);
		return 0;
	case OPT_LISTEN:
		if (set_listen(o, arg) != 0)
			argp_error(state, "write --listen as 127.0.0.1:7450 or [::1]:7450");
		return 0;
	case OPT_PRINT:
	case OPT_CHECK:
	case OPT_REBUILD:
	case OPT_VERIFY:
	case OPT_TRY:
		o->task = (enum task)(PRINT_CONF + key - OPT_PRINT);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "there is nothing to do with \"%s\"", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const char *argp_program_version = "brugd " VERSION;

bool options_read(struct options *out, int argc, char **argv)
{
	static const struct argp argp = {rows,
					 parse,
					 NULL,
					 "Holds one shared plan per case, shows each viewer what "
					 "he may know, and pushes every change.",
					 NULL,
					 NULL,
					 NULL};

	*out = (struct options){.task = RUN};
	conf_default(&out->conf);
	argp_err_exit_status = ERR_USAGE;
	return argp_parse(&argp, argc, argv, 0, NULL, out) == 0;
}
