#include "board.h"

#include "clock.h"
#include "gate.h"
#include "lang.h"
#include "vocab.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- where an item stands ---------------------------------------------------------------------- */

static const struct {
	const char *kind, *state;
	enum board_place place;
} places[] = {{"actie", "open", BOARD_TODO},          {"actie", "verlopen", BOARD_TODO},
	      {"actie", "geweigerd", BOARD_STUCK},    {"actie", "loopt", BOARD_RUNS},
	      {"actie", "klaar", BOARD_DONE},         {"actie", "", BOARD_TODO},
	      {"afspraak", "open", BOARD_TODO},       {"afspraak", "verlopen", BOARD_TODO},
	      {"afspraak", "geweigerd", BOARD_STUCK}, {"afspraak", "loopt", BOARD_RUNS},
	      {"afspraak", "klaar", BOARD_DONE},      {"afspraak", "", BOARD_TODO},
	      {"knelpunt", "open", BOARD_STUCK},      {"knelpunt", "loopt", BOARD_STUCK},
	      {"knelpunt", "", BOARD_STUCK},          {"knelpunt", "opgelost", BOARD_DONE},
	      {"doel", "voorstel", BOARD_GOAL},       {"doel", "actief", BOARD_GOAL},
	      {"besluit", "genomen", BOARD_DECIDED},  {"besluit", "opmerking", BOARD_DECIDED}};

enum board_place board_place_of(struct slice kind, struct slice state)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (slice_is(kind, places[i].kind) && slice_is(state, places[i].state))
			return places[i].place;
	return BOARD_ASIDE;
}

/* -- cards ------------------------------------------------------------------------------------- */

static const msgpack_object *field_of(const msgpack_object *item, const char *field)
{
	const msgpack_object *view = obj_get(item, "view");

	for (size_t l = 0; l < obj_n(view); l++)
		if (obj_get(obj_at(view, l), field))
			return obj_get(obj_at(view, l), field);
	return NULL;
}

static struct slice text_of(const msgpack_object *item, const char *field)
{
	return obj_bytes(field_of(item, field));
}

/* Of an item whose text not everybody sees: what it is about. */
static void fill_areas(const msgpack_object *item, struct buf *out)
{
	const msgpack_object *areas = field_of(item, "leefgebieden");

	for (size_t i = 0; i < obj_n(areas) && i < 3; i++)
		buf_fmt(out, " %.*s", SLICE_ARG(obj_bytes(obj_at(areas, i))));
}

static void fill_text(const msgpack_object *item, struct buf *out)
{
	static const char *const order[] = {"inhoud", "kern", "signaal", NULL};
	CLEANUP(buf_wipe) struct buf text = {0};

	for (const char *const *f = order; *f && !text.n; f++)
		buf_slice(&text, text_of(item, *f));
	if (!text.n) {
		buf_slice(&text, text_of(item, "kind"));
		fill_areas(item, &text);
		buf_fmt(&text, " (%.*s)", SLICE_ARG(text_of(item, "agency")));
	}
	gate_clean(buf_view(&text), false, out);
}

static bool is_late(const msgpack_object *item)
{
	struct slice term = text_of(item, "termijn");
	char z[16] = "";

	if (slice_is(text_of(item, "state"), "verlopen"))
		return true;
	if (!term.n || term.n >= sizeof(z))
		return false;
	memcpy(z, term.p, term.n);
	return clock_parse(z, 1) < clock_now_ms();
}

/* "27-11 " */
static void fill_term(const msgpack_object *item, struct buf *out)
{
	struct slice term = text_of(item, "termijn");
	int month, day;
	char z[16] = "";

	if (term.n != 10)
		return;
	memcpy(z, term.p, term.n);
	if (sscanf(z, "%*4d-%2d-%2d", &month, &day) == 2)
		buf_fmt(out, "%d-%d ", day, month);
}

static void fill_who(const msgpack_object *item, enum board_place place, struct buf *out)
{
	CLEANUP(buf_wipe) struct buf who = {0};

	if ((place == BOARD_TODO || place == BOARD_RUNS) && is_late(item))
		buf_fmt(&who, "! %s ", lang_text(N_("late")));
	fill_term(item, &who);
	buf_slice(&who, text_of(item, "uitvoerder"));
	gate_clean(buf_view(&who), false, out);
}

static void card_wipe(struct board_card *c)
{
	buf_wipe(&c->text);
	buf_wipe(&c->who);
}

static size_t find(const struct board *b, struct slice code)
{
	size_t i = 0;

	while (i < b->n && !slice_is(code, b->cards[i].code))
		i++;
	return i;
}

static struct board_card *card_for(struct board *b, struct slice code)
{
	size_t at = find(b, code);

	if (at < b->n) {
		card_wipe(&b->cards[at]);
		return &b->cards[at];
	}
	if (b->n == b->cap) {
		b->cap = b->cap ? b->cap * 2 : 32;
		b->cards = realloc(b->cards, b->cap * sizeof(*b->cards));
		if (!b->cards)
			abort();
	}
	b->cards[b->n] = (struct board_card){{0}, 0, {0}, {0}};
	return &b->cards[b->n++];
}

static void show(struct board *b, const msgpack_object *item)
{
	struct slice code = obj_bytes(obj_get(item, "item"));
	struct board_card *c = card_for(b, code);

	*c = (struct board_card){{0}, 0, {0}, {0}};
	snprintf(c->code, sizeof(c->code), "%.*s", (int)(code.n < 7 ? code.n : 7),
		 (const char *)code.p);
	c->place = board_place_of(text_of(item, "kind"), text_of(item, "state"));
	fill_text(item, &c->text);
	fill_who(item, c->place, &c->who);
}

static void retract(struct board *b, struct slice code)
{
	size_t at = find(b, code);

	if (at == b->n)
		return;
	card_wipe(&b->cards[at]);
	memmove(b->cards + at, b->cards + at + 1, (b->n - at - 1) * sizeof(*b->cards));
	b->n--;
}

/* -- the whole --------------------------------------------------------------------------------- */

void board_clear(struct board *b)
{
	for (size_t i = 0; i < b->n; i++)
		card_wipe(&b->cards[i]);
	b->n = 0;
	buf_wipe(&b->present);
	b->present_n = 0;
}

void board_free(struct board *b)
{
	board_clear(b);
	free(b->cards);
	*b = (struct board){0};
}

void board_take(struct board *b, const msgpack_object *events)
{
	const msgpack_object *list = obj_get(events, "events"),
			     *present = obj_get(events, "present");

	if (obj_bool(obj_get(events, "reset")))
		board_clear(b);
	if (present) {
		buf_wipe(&b->present);
		pack_object(&b->present, present);
		b->present_n = obj_n(present);
	}
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *item = obj_get(obj_at(list, i), "show");

		if (item)
			show(b, item);
		else
			retract(b, obj_bytes(obj_get(obj_at(list, i), "retract")));
	}
}

const struct board_card *board_card(const struct board *b, enum board_place place, size_t i)
{
	for (size_t k = 0; k < b->n; k++)
		if (b->cards[k].place == place && i-- == 0)
			return &b->cards[k];
	return NULL;
}

size_t board_count(const struct board *b, enum board_place place)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->cards[i].place == place;
	return n;
}

static bool begins(struct slice handle, struct slice name)
{
	return name.n && (slice_eq(handle, name) ||
			  (slice_starts(handle, name) &&
			   (handle.p[name.n] == '@' || !memchr(name.p, '@', name.n))));
}

struct slice board_present(const struct board *b, struct slice name)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct slice found = {0};
	size_t n = 0;

	if (!b->present.n || tree_read(&t, buf_view(&b->present)) != ERR_OK)
		return found;
	for (size_t i = 0; i < obj_n(tree_root(&t)); i++)
		if (begins(obj_bytes(obj_at(tree_root(&t), i)), name)) {
			found = obj_bytes(obj_at(tree_root(&t), i)); /* in b->present */
			n++;
		}
	return n == 1 ? found : (struct slice){0};
}

/* -- a line that is typed ---------------------------------------------------------------------- */

/* "27-11": the first such day that is not past. */
static bool read_day(struct slice word, int64_t now, char out[12])
{
	char z[8] = "", today[12], end;
	int day, month, year;

	if (word.n < 3 || word.n > 5)
		return false;
	memcpy(z, word.p, word.n);
	if (sscanf(z, "%2d-%2d%c", &day, &month, &end) != 2)
		return false;
	clock_date(now, today);
	year = atoi(today);
	for (int i = 0; i < 2; i++, year++) {
		char date[32];

		snprintf(date, sizeof(date), "%04d-%02d-%02d", year % 10000, month % 100,
			 day % 100);
		if (clock_parse(date, 1) < 0)
			return false;
		if (strncmp(date, today, 10) >= 0) {
			snprintf(out, 12, "%.10s", date);
			return true;
		}
	}
	return false;
}

static struct slice next_word(struct slice *rest)
{
	struct slice word;

	while (rest->n && *rest->p == ' ')
		*rest = (struct slice){rest->p + 1, rest->n - 1};
	word = (struct slice){rest->p, 0};
	while (word.n < rest->n && word.p[word.n] != ' ')
		word.n++;
	*rest = (struct slice){rest->p + word.n, rest->n - word.n};
	return word;
}

void board_line_read(struct slice typed, int64_t now, struct board_line *out)
{
	struct slice rest = typed, word;

	*out = (struct board_line){{0}, {0}, {0}};
	for (word = next_word(&rest); word.n; word = next_word(&rest)) {
		if (word.p[0] == '@' && word.n > 1 && word.n < sizeof(out->name)) {
			snprintf(out->name, sizeof(out->name), "%.*s", (int)word.n - 1,
				 (const char *)word.p + 1);
			continue;
		}
		if (!rest.n && read_day(word, now, out->date))
			continue;
		if (out->text.n)
			buf_u8(&out->text, ' ');
		buf_slice(&out->text, word);
	}
}

void board_line_free(struct board_line *l)
{
	buf_wipe(&l->text);
}
