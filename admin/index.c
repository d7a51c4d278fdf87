#include "index.h"

#include "archive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char first_line[] = "brug backup 1\n";

struct part *index_add(struct index *x)
{
	x->v = realloc(x->v, (x->n + 1) * sizeof(*x->v));
	if (!x->v)
		abort();
	x->v[x->n] = (struct part){0};
	return &x->v[x->n++];
}

void index_free(struct index *x)
{
	free(x->v);
	*x = (struct index){0};
}

char *part_path(const char *folder, const struct part *p, char out[1400])
{
	snprintf(out, 1400, "%.1300s/journal/%08u-%" PRIu64 ".seg.cms", folder, p->number,
		 p->bytes);
	return out;
}

/* -- writing ----------------------------------------------------------------------------------- */

static void put_hex(struct buf *b, const uint8_t p[32])
{
	for (int i = 0; i < 32; i++)
		buf_fmt(b, "%02x", p[i]);
}

enum err index_write(const char *folder, const struct index *x)
{
	CLEANUP(buf_free) struct buf b = {0};
	char path[1400];

	buf_fmt(&b, "%s", first_line);
	for (size_t i = 0; i < x->n; i++) {
		const struct part *p = &x->v[i];

		buf_fmt(&b, "part %u %d %" PRIu64 " %" PRIu64 " %" PRIu64 " ", p->number, p->whole,
			p->bytes, p->facts, p->seen);
		put_hex(&b, p->chain);
		buf_u8(&b, ' ');
		put_hex(&b, p->sum);
		buf_u8(&b, '\n');
	}
	buf_fmt(&b, "taken %" PRId64 "\nkeys %s\nend\n", x->taken_ms, *x->keys ? x->keys : "-");
	snprintf(path, sizeof(path), "%s/index", folder);
	return file_put(path, buf_view(&b));
}

/* -- reading ----------------------------------------------------------------------------------- */

static bool get_hex(const char *hex, uint8_t out[32])
{
	unsigned v;

	for (int i = 0; i < 32; i++) {
		if (sscanf(hex + 2 * i, "%2x", &v) != 1)
			return false;
		out[i] = (uint8_t)v;
	}
	return strlen(hex) == 64;
}

static bool read_part(const char *line, struct index *x)
{
	struct part *p = index_add(x);
	char chain[80], sum[80];
	int whole;

	if (sscanf(line, "part %u %d %" SCNu64 " %" SCNu64 " %" SCNu64 " %79s %79s", &p->number,
		   &whole, &p->bytes, &p->facts, &p->seen, chain, sum) != 7)
		return false;
	p->whole = whole == 1;
	return p->number == x->n && get_hex(chain, p->chain) && get_hex(sum, p->sum);
}

static bool read_line(const char *line, struct index *x, bool *ended)
{
	if (!strncmp(line, "part ", 5))
		return read_part(line, x);
	if (sscanf(line, "taken %" SCNd64, &x->taken_ms) == 1 ||
	    sscanf(line, "keys %63s", x->keys) == 1)
		return true;
	*ended = !strcmp(line, "end");
	return *ended;
}

enum err index_read(const char *folder, struct index *x)
{
	CLEANUP(buf_free) struct buf b = {0};
	bool ended = false, ok = true;
	char path[1400];

	snprintf(path, sizeof(path), "%s/index", folder);
	*x = (struct index){0};
	TRY(file_get(path, &b));
	buf_u8(&b, 0);
	if (strncmp((char *)b.p, first_line, sizeof(first_line) - 1) != 0)
		return ERR_USAGE;
	for (char *line = strtok((char *)b.p + sizeof(first_line) - 1, "\n"); line && ok;
	     line = strtok(NULL, "\n"))
		ok = !ended && read_line(line, x, &ended);
	if (!strcmp(x->keys, "-") || strchr(x->keys, '/'))
		x->keys[0] = 0;
	if (ok && ended)
		return ERR_OK;
	index_free(x);
	return ERR_USAGE;
}
