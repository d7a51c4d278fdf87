#include "slim.h"

#include "vocab.h"

#include <ini.h>

#include <stdio.h>
#include <string.h>

/* -- reading ----------------------------------------------------------------------------------- */

/* words.h is the tables' own; these are the words a position and a saying can be. */
static const char *const positions[] = {"uitgesloten", "ingesloten", "opgesloten",
					"afgesloten",  "kader",      NULL};
static const char *const sayings[] = {"geef_me_een_kans", "ik_kan_het_nog_niet", "het_is_teveel",
				      "ik_wil_anders", NULL};

struct reading {
	struct slim *out;
	char *why;
};

static bool put(struct reading *r, char *to, size_t size, const char *value)
{
	if (*to)
		snprintf(r->why, 256, "this stands here a second time");
	else if (!*value || strlen(value) >= size)
		snprintf(r->why, 256, "give a text of 1 to %zu bytes", size - 1);
	else
		snprintf(to, size, "%s", value);
	return !*r->why;
}

static bool put_word(struct reading *r, char *to, size_t size, const char *value,
		     const char *const *words)
{
	if (word_in(words, slice_of(value)))
		return put(r, to, size, value);
	snprintf(r->why, 256, "\"%.60s\" is not a word of the method; brug explain shows them",
		 value);
	return false;
}

static bool head(struct reading *r, const char *name, const char *value)
{
	if (!strcmp(name, "versie"))
		return put(r, r->out->version, sizeof(r->out->version), value);
	if (!strcmp(name, "bron"))
		return put(r, r->out->source, sizeof(r->out->source), value);
	snprintf(r->why, 256, "above the first [position] stand versie and bron, not \"%.60s\"",
		 name);
	return false;
}

static struct slim_row *row_of(struct reading *r, const char *position)
{
	struct slim *s = r->out;

	if (!word_in(positions, slice_of(position))) {
		snprintf(r->why, 256, "there is no position [%.60s]", position);
		return NULL;
	}
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->row[i].position, position))
			return &s->row[i];
	snprintf(s->row[s->n].position, sizeof(s->row[s->n].position), "%s", position);
	return &s->row[s->n++]; /* fewer positions than rows */
}

static int on_line(void *ctx, const char *section, const char *name, const char *value)
{
	struct reading *r = ctx;
	struct slim_row *row;

	if (*r->why)
		return 0;
	if (!*section)
		return head(r, name, value);
	row = row_of(r, section);
	if (!row)
		return 0;
	if (!strcmp(name, "uitspraak"))
		return put_word(r, row->saying, sizeof(row->saying), value, sayings);
	if (!strcmp(name, "strategie"))
		return put_word(r, row->strategy, sizeof(row->strategy), value, vocab_strategies);
	if (!strcmp(name, "rol"))
		return put(r, row->role, sizeof(row->role), value);
	snprintf(r->why, 256, "a position has uitspraak, strategie and rol, not \"%.60s\"", name);
	return 0;
}

static enum err whole(const struct slim *s, const char *name, char why[256])
{
	if (!*s->version || !*s->source) {
		snprintf(why, 256, "%.80s: give versie and bron: it must be known whose it is",
			 name);
		return ERR_USAGE;
	}
	for (size_t i = 0; i < s->n; i++)
		if (!*s->row[i].strategy) {
			snprintf(why, 256, "%.80s: [%.31s] has no strategie", name,
				 s->row[i].position);
			return ERR_USAGE;
		}
	return ERR_OK;
}

enum err slim_parse(const char *text, const char *name, struct slim *out, char why[256])
{
	struct reading r = {.out = out, .why = why};
	char said[256];
	int line;

	*out = (struct slim){0};
	why[0] = 0;
	line = ini_parse_string(text, on_line, &r);
	if (line == 0)
		return whole(out, name, why);
	snprintf(said, sizeof(said), "%s", *why ? why : "write it as name = value");
	snprintf(why, 256, "%.80s line %d: %.150s", name, line, said);
	return ERR_USAGE;
}

const struct slim *slim_default(void)
{
	static const char text[] =
#include "slim_default.inc"
		;
	static struct slim s;
	char why[256];

	if (!s.n && slim_parse(text, "slim.conf", &s, why) != ERR_OK)
		s.n = 0; /* a test reads the same file: it cannot have been built */
	return &s;
}

/* -- asking ------------------------------------------------------------------------------------ */

static bool is_frame_row(const struct slim_row *r)
{
	return !strcmp(r->position, "kader");
}

const struct slim_row *slim_expected(const struct slim *s, struct slice saying,
				     struct slice position)
{
	const struct slim_row *by_position = NULL;

	for (size_t i = 0; i < s->n; i++) {
		if (is_frame_row(&s->row[i]))
			continue;
		if (saying.n && slice_is(saying, s->row[i].saying))
			return &s->row[i];
		if (position.n && slice_is(position, s->row[i].position))
			by_position = &s->row[i];
	}
	return by_position;
}

bool slim_is_frame(const struct slim *s, struct slice strategy)
{
	for (size_t i = 0; i < s->n; i++)
		if (is_frame_row(&s->row[i]) && slice_is(strategy, s->row[i].strategy))
			return true;
	return false;
}

enum fit slim_fit(const struct slim *s, struct slice saying, struct slice position,
		  struct slice declared)
{
	const struct slim_row *row = slim_expected(s, saying, position);

	if (slim_is_frame(s, declared))
		return FIT_FRAME;
	if (!row || !declared.n)
		return FIT_UNKNOWN;
	return slice_is(declared, row->strategy) ? FIT_YES : FIT_NO;
}

bool slim_gap(struct slice declared, struct slice felt)
{
	return felt.n && !slice_eq(declared, felt);
}

size_t slim_spread(const struct slim *s, const struct slice *declared, size_t n)
{
	size_t spread = 0;

	for (size_t i = 0; i < n; i++) {
		bool again = !declared[i].n || slim_is_frame(s, declared[i]);

		for (size_t k = 0; k < i && !again; k++)
			again = slice_eq(declared[i], declared[k]);
		spread += !again;
	}
	return spread;
}
