#include "conf.h"

#include <ini.h>

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum option_type { TEXT, NUMBER };

static const struct option {
	const char *name;
	enum option_type type;
	size_t offset, size;
	int64_t lo, hi, otherwise;
	const char *text, *help;
} options[] = {
#define T(n, d, h)                                                                                 \
	{                                                                                          \
#n, TEXT, offsetof(struct conf, n), sizeof(((struct conf *)0)->n), 0, 0, 0, d, h   \
	}
#define N(n, from, to, d, h)                                                                       \
	{                                                                                          \
#n, NUMBER, offsetof(struct conf, n), 0, from, to, d, NULL, h                      \
	}
	T(address, "127.0.0.1", "The address to listen on."),
	N(port, 0, 65535, 7450,
	  "The port to listen on; 0 takes any that is free and writes it to STATE/listening."),
	T(state, "/var/lib/brug",
	  "The folder that holds everything: journal, state, keys and certificates."),
	N(connections, 1, 100000, 1000, "Connections at the same time."),
	N(strangers, 1, 10000, 512,
	  "Connections at the same time that have not yet made a good request."),
	N(per_address, 1, 10000, 16, "Of those, from one address."),
	N(per_person, 1, 1000, 8, "Connections of one person at the same time."),
	N(requests, 1, 100000, 50,
	  "Requests a second of one person, over all his connections; bursts of four times that."),
	N(silence_s, 1, 3600, 75,
	  "Seconds after which a connection is given up whose other end takes nothing of what was "
	  "sent."),
	N(outbox_kib, 64, 65536, 1024,
	  "KiB waiting for one connection, past which nothing more is pushed to it."),
	N(segment_mib, 1, 1024, 64, "MiB of one segment of the journal."),
	N(reserve_mib, 1, 65536, 64,
	  "MiB of free disk below which nothing more is written; reading goes on while its log "
	  "fits."),
	N(map_gib, 1, 4096, 64, "GiB of address space for the state."),
	T(slim, "built-in",
	  "The file that pairs positions with strategies (SLIM), as conf/slim.conf; or built-in."),
	T(metrics, "metrics.sock",
	  "The unix socket for Prometheus, below the state folder when it has no /; or none."),
	N(confine, 0, 1, 1,
	  "Hold the process to its own folder and calls; 0: for tools that watch it from inside."),
#undef T
#undef N
};
enum { OPTIONS = sizeof(options) / sizeof(*options) };

static void *place(struct conf *c, const struct option *o)
{
	return (char *)c + o->offset;
}

void conf_default(struct conf *c)
{
	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct option *o = &options[i];

		if (o->type == TEXT)
			snprintf(place(c, o), o->size, "%s", o->text);
		else
			*(int64_t *)place(c, o) = o->otherwise;
	}
}

static enum err set_text(struct conf *c, const struct option *o, const char *value, char why[256])
{
	if (*value && strlen(value) < o->size) {
		snprintf(place(c, o), o->size, "%s", value);
		return ERR_OK;
	}
	snprintf(why, 256, "%s: give a text of 1 to %zu bytes", o->name, o->size - 1);
	return ERR_USAGE;
}

static enum err set_number(struct conf *c, const struct option *o, const char *value, char why[256])
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(value, &end, 10);
	if (*value && !*end && !errno && n >= o->lo && n <= o->hi) {
		*(int64_t *)place(c, o) = n;
		return ERR_OK;
	}
	snprintf(why, 256, "%s: give a whole number from %lld to %lld, not \"%.60s\"", o->name,
		 (long long)o->lo, (long long)o->hi, value);
	return ERR_USAGE;
}

enum err conf_set(struct conf *c, const char *name, const char *value, char why[256])
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (!strcmp(options[i].name, name))
			return options[i].type == TEXT ? set_text(c, &options[i], value, why)
						       : set_number(c, &options[i], value, why);
	snprintf(why, 256, "there is no option \"%.60s\"; brugd --print-conf lists them", name);
	return ERR_USAGE;
}

struct reading {
	struct conf *conf;
	char *why;
	bool given[OPTIONS];
};

/* Twice is a mistake, and so is an indented line: to inih that is one more value of the line above.
 */
static bool given_twice(struct reading *r, const char *name)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if (strcmp(options[i].name, name) != 0)
			continue;
		if (r->given[i])
			snprintf(r->why, 256, "%s stands here a second time", name);
		r->given[i] = true;
	}
	return *r->why != 0;
}

static int on_option(void *ctx, const char *section, const char *name, const char *value)
{
	struct reading *r = ctx;

	if (*r->why)
		return 0;
	if (*section) {
		snprintf(r->why, 256, "there are no sections in this file, but here is [%.60s]",
			 section);
		return 0;
	}
	return !given_twice(r, name) && conf_set(r->conf, name, value, r->why) == ERR_OK;
}

enum err conf_read(struct conf *c, const char *path, char why[256])
{
	struct reading r = {.conf = c, .why = why};
	char said[256];
	int line;

	why[0] = 0;
	line = ini_parse(path, on_option, &r);
	if (line == 0)
		return ERR_OK;
	snprintf(said, sizeof(said), "%s", why);
	if (line < 0)
		snprintf(why, 256, "%.150s cannot be read", path);
	else
		snprintf(why, 256, "%.80s line %d: %.140s", path, line,
			 *said ? said : "write it as name = value");
	return ERR_USAGE;
}

void conf_print(const struct conf *c, FILE *f)
{
	struct conf copy = *c;

	for (size_t i = 0; i < OPTIONS; i++) {
		const struct option *o = &options[i];

		fprintf(f, "# %s\n", o->help);
		if (o->type == TEXT)
			fprintf(f, "%s = %s\n\n", o->name, (char *)place(&copy, o));
		else
			fprintf(f, "# %lld to %lld\n%s = %lld\n\n", (long long)o->lo,
				(long long)o->hi, o->name, (long long)*(int64_t *)place(&copy, o));
	}
}
