#pragma once
/*
 * The command line: a configuration file, its options set over it, and what is to be done. What is
 * not understood is said on standard error and ends the process with ERR_USAGE.
 */
#include "conf.h"

#include <stdbool.h>

enum task { RUN, PRINT_CONF, CHECK_CONF, REBUILD, VERIFY, TRY_UPGRADE };
struct options {
	struct conf conf;
	enum task task;
	char why[256]; /* of the mistake, while reading */
};
/* Fills *out, defaults first. False when nothing could be read. */
bool options_read(struct options *out, int argc, char **argv);
