#pragma once
/*
 * Confinement: once everything is open, the process gives up what it has no business with. After
 * this it reads and writes below the state folder, reads the texts of the catalogue, and serves the
 * sockets it has. It opens no other file, starts no program, makes no socket, signals nobody else.
 *
 * Landlock says which files, seccomp which calls; a kernel without one of them leaves that out, and
 * the log says so. docs/decisions/014 has why.
 */
#include "err.h"

#include <stdbool.h>

struct confine_conf {
	const char *state; /* all below it may be read, written, made and removed */
	const char *texts; /* the catalogues' folder, to read, or NULL */
	const char *off;   /* why not at all: "option"; NULL */
};
/* Cannot be taken back. Logs what holds now, or what does not and why; *all: everything does.
 * ERR_INTERNAL: half done. */
enum err confine(const struct confine_conf *, bool *all);
/* Started by root in a folder of another's: becomes that one, for good. ERR_INTERNAL was logged. */
enum err confine_to_owner(const char *state);
