#include "brug.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes all folders of a path, for the owner alone. */
static void make_folders(const char *path)
{
	char part[1024];

	snprintf(part, sizeof(part), "%s", path);
	for (char *p = part + 1; *p; p++)
		if (*p == '/') {
			*p = 0;
			mkdir(part, 0700);
			*p = '/';
		}
	mkdir(part, 0700);
}

static void xdg(const char *variable, const char *otherwise, char out[1024])
{
	const char *base = getenv(variable), *home = getenv("HOME");

	if (base && *base == '/')
		snprintf(out, 1024, "%.1000s/brug", base);
	else
		snprintf(out, 1024, "%.900s/%s/brug", home ? home : ".", otherwise);
}

void home_find(struct home *h)
{
	const char *own = getenv("BRUG_HOME");

	if (own && *own) {
		snprintf(h->data, sizeof(h->data), "%.1000s", own);
		snprintf(h->state, sizeof(h->state), "%.1000s/state", own);
	} else {
		xdg("XDG_DATA_HOME", ".local/share", h->data);
		xdg("XDG_STATE_HOME", ".local/state", h->state);
	}
	make_folders(h->data);
	make_folders(h->state);
}

char *home_data(const struct home *h, const char *name, char out[1200])
{
	snprintf(out, 1200, "%s/%s", h->data, name);
	return out;
}

char *home_state(const struct home *h, const char *name, char out[1200])
{
	snprintf(out, 1200, "%s/%s", h->state, name);
	return out;
}

bool home_joined(const struct home *h)
{
	char path[1200];

	return access(home_data(h, "device.crt", path), R_OK) == 0 &&
	       access(home_data(h, "server", path), R_OK) == 0;
}
