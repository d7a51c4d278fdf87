#pragma once
/*
 * Boot configuration: addresses, paths and limits, and nothing else; agencies, people and rules are
 * data. One row per option (conf.c) is what the file is read by, what --print-conf prints and what
 * the manual says.
 */
#include "err.h"

#include <stdint.h>
#include <stdio.h>

struct conf {
	char address[256];
	char state[1024];
	char slim[1024];
	char metrics[108];
	int64_t port, connections, strangers, per_address, per_person, requests, silence_s,
		outbox_kib, segment_mib, reserve_mib, map_gib, confine;
};
void conf_default(struct conf *);
/* Reads a file over what is there. ERR_USAGE: why names the line and what to do. */
enum err conf_read(struct conf *, const char *path, char why[256]);
/* Sets one option from text, as a line of the file would. */
enum err conf_set(struct conf *, const char *name, const char *value, char why[256]);
/* The file as it would be written, each option with its sentence. */
void conf_print(const struct conf *, FILE *);
