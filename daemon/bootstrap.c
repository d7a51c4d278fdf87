#include "bootstrap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 512 };

static bool from_hex(const char *hex, uint8_t out[32])
{
	for (int i = 0; i < 32; i++) {
		unsigned v;

		if (sscanf(hex + 2 * i, "%2x", &v) != 1)
			return false;
		out[i] = (uint8_t)v;
	}
	return true;
}

/* One line "key=value" into the field of that name. */
static bool take_line(struct bootstrap *b, struct arena *a, char *line)
{
	char *value = strchr(line, '=');
	struct slice copy;

	line[strcspn(line, "\n")] = 0;
	if (!value)
		return !*line;
	*value++ = 0;
	copy = arena_copy(a, slice_of(value));
	if (!strcmp(line, "agency"))
		b->agency = copy;
	else if (!strcmp(line, "agency_name"))
		b->agency_name = copy;
	else if (!strcmp(line, "handle"))
		b->handle = copy;
	else if (!strcmp(line, "name"))
		b->name = copy;
	else
		return !strcmp(line, "code_hash") && copy.n == 64 && from_hex(value, b->code_hash);
	return true;
}

static bool read_file(FILE *f, struct bootstrap *b, struct arena *a)
{
	char line[LINE];
	bool ok = true;

	while (ok && fgets(line, sizeof(line), f))
		ok = take_line(b, a, line);
	return ok && b->agency.n && b->agency_name.n && b->handle.n && b->name.n;
}

enum err bootstrap_run(struct hub *hub, const char *state)
{
	CLEANUP(arena_free) struct arena a = {0};
	struct bootstrap b = {0};
	enum err err = ERR_USAGE;
	char path[1100];
	FILE *f;

	snprintf(path, sizeof(path), "%s/bootstrap", state);
	f = fopen(path, "re");
	if (!f)
		return errno == ENOENT ? ERR_OK : ERR_INTERNAL;
	if (read_file(f, &b, &a))
		err = hub_bootstrap(hub, &b);
	fclose(f);
	if (err == ERR_OK ||
	    err == ERR_CONFLICT) /* conflict: the journal has its beginning already */
		return unlink(path) == 0 ? ERR_OK : ERR_INTERNAL;
	fprintf(stderr, "start failed: what=bootstrap-file code=%s\n", err_name((int)err));
	return err;
}
