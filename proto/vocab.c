#include "vocab.h"

#include <string.h>

static const char *const levels[] = {"geen", "bestaan", "signaal", "kern", "inhoud"};

const char *level_name(enum level l)
{
	return (unsigned)l <= LEVELS ? levels[l] : "?";
}

int level_parse(struct slice name)
{
	for (int l = 0; l <= LEVELS; l++)
		if (slice_is(name, levels[l]) || (name.n == 1 && name.p[0] == '0' + l))
			return l;
	return -1;
}

const struct kind *vocab_kind(const struct vocab *v, struct slice name)
{
	for (const struct kind *k = v->kinds; k->name; k++)
		if (slice_is(name, k->name))
			return k;
	return NULL;
}

const struct method *vocab_method(const struct vocab *v, struct slice name)
{
	for (const struct method *m = v->methods; m->name; m++)
		if (slice_is(name, m->name))
			return m;
	return NULL;
}

const struct field *field_find(const struct field *fields, struct slice name)
{
	for (const struct field *f = fields; f->name; f++)
		if (slice_is(name, f->name))
			return f;
	return NULL;
}

const struct state *kind_state(const struct kind *k, struct slice name)
{
	for (const struct state *s = k->states; s->name; s++)
		if (slice_is(name, s->name))
			return s;
	return NULL;
}

bool vocab_runs(const struct vocab *v, struct slice kind, struct slice state)
{
	const struct kind *k = vocab_kind(v, kind);
	const struct state *s = k ? kind_state(k, state) : NULL;

	return s && !s->final;
}

const struct move *kind_move(const struct kind *k, struct slice state, struct slice verb)
{
	for (const struct move *m = k->moves; m->verb; m++)
		if (slice_is(state, m->from) &&
		    (slice_is(verb, m->verb) || slice_is(verb, m->alias)))
			return m;
	return NULL;
}

bool word_in(const char *const *words, struct slice word)
{
	for (; *words; words++)
		if (slice_is(word, *words))
			return true;
	return false;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Typing errors between two words (insert, leave out, change), for words of at most 31 bytes. */
static size_t distance(const char *a, struct slice b)
{
	size_t row[32], an = strlen(a);

	if (an > 31 || b.n > 31)
		return 32;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= an; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t same = corner + ((uint8_t)a[i - 1] != b.p[j - 1]);

			corner = row[j];
			row[j] = least(same, least(row[j], row[j - 1]) + 1);
		}
	}
	return row[b.n];
}

const char *vocab_nearest(const char *const *words, struct slice word)
{
	const char *best = NULL;
	size_t most = word.n < 4 ? 1 : 2;

	for (; words && *words; words++) {
		size_t d = distance(*words, word);

		if (d <= most) {
			best = *words;
			most = d ? d - 1 : 0;
			if (!d)
				break;
		}
	}
	return best;
}
