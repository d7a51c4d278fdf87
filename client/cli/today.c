/* What wants me: in groups, the most pressing first, on one screen; --all shows the rest. */
#include "cli.h"

#include "clock.h"
#include "gate.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HANG = 5, SCREEN = 24, AROUND = 4 /* who, key, a line of more, the prompt */ };

/* -- lines in groups --------------------------------------------------------------------------- */

enum group { MEET, LATE, ASKED, INVITED, BLOCKS, SIGNALS, REVIEW, RIGHTS, TOLD, MINE, GROUPS };
static const char *const titles[GROUPS] = {
	N_("MEETINGS"),    N_("LATE"),       N_("ASKED OF YOU"),     N_("INVITED, OFFERED"),
	N_("BOTTLENECKS"), N_("IS IT SO?"),  N_("TO LOOK AT AGAIN"), N_("RIGHTS, ENDS"),
	N_("TO KNOW"),     N_("YOURS TO DO")};
static const char *const hints[GROUPS] = {
	NULL, NULL, NULL, NULL, NULL, "brug confirm, brug dismiss", NULL, NULL, "brug told", NULL};

struct line {
	struct buf text;
	char code[ROW_CODE]; /* of an item, or empty: has no number */
	bool whole;          /* it may take more than one line of the screen */
	int64_t at;          /* its moment: the earliest first; 0: none */
};
struct screen {
	struct line *v[GROUPS];
	size_t n[GROUPS];
};

static struct line *line_new(struct screen *s, enum group g)
{
	if ((s->n[g] & (s->n[g] - 1)) == 0) { /* full at each power of two */
		s->v[g] = realloc(s->v[g], (s->n[g] ? s->n[g] * 2 : 1) * sizeof(*s->v[g]));
		if (!s->v[g])
			abort();
	}
	s->v[g][s->n[g]] = (struct line){.code = ""};
	return &s->v[g][s->n[g]++];
}

static void screen_free(struct screen *s)
{
	for (int g = 0; g < GROUPS; g++) {
		for (size_t i = 0; i < s->n[g]; i++)
			buf_wipe(&s->v[g][i].text);
		free(s->v[g]);
	}
}

/* -- what the answer says ---------------------------------------------------------------------- */

static int64_t moment(const msgpack_object *item, const char *field)
{
	struct slice text = item_text(item, field);
	char z[32] = "";

	if (!text.n || text.n >= sizeof(z))
		return 0;
	memcpy(z, text.p, text.n);
	return clock_parse(z, 1);
}

static void add_when(const msgpack_object *item, struct buf *out)
{
	char date[24];

	show_date(moment(item, "van"), date);
	if (*date)
		buf_fmt(out, "%s  ", date);
}

static void add_item(struct screen *s, enum group g, const char *code, const msgpack_object *item)
{
	struct line *l = line_new(s, g);
	CLEANUP(buf_wipe) struct buf term = {0};

	snprintf(l->code, sizeof(l->code), "%s/%.*s", code, SLICE_ARG(obj_word(item, "item")));
	buf_fmt(&l->text, "%s  ", l->code);
	l->at = moment(item, item_text(item, "van").n ? "van" : "termijn");
	add_when(item, &l->text);
	item_line(item, &l->text);
	if (item_text(item, "uitvoerder").n)
		buf_fmt(&l->text, "  %.*s", SLICE_ARG(item_text(item, "uitvoerder")));
	item_term(item, &term);
	if (term.n)
		buf_fmt(&l->text, "  %.*s", SLICE_ARG(buf_view(&term)));
}

static void add_items(struct screen *s, enum group g, const msgpack_object *c, const char *key)
{
	const msgpack_object *items = obj_get(c, key);
	char code[16];

	snprintf(code, sizeof(code), "%.*s", SLICE_ARG(obj_word(c, "case")));
	for (size_t i = 0; i < obj_n(items); i++)
		add_item(s, g, code, obj_at(items, i));
}

static void add_invited(struct screen *s, const char *code)
{
	buf_fmt(&line_new(s, INVITED)->text,
		_("You are invited to %s. Read the request: brug case show %s; then brug accept "
		  "%s"),
		code, code, code);
}

static void add_offer(struct screen *s, const char *code, const msgpack_object *offer)
{
	struct line *l;

	if (obj_is_nil(offer))
		return;
	l = line_new(s, INVITED);
	buf_fmt(&l->text, _("%s: %.*s offers it to you (brug lead accept): %.*s"), code,
		SLICE_ARG(obj_word(offer, "from")), SLICE_ARG(obj_word(offer, "why")));
}

static void add_consents(struct screen *s, const char *code, const msgpack_object *list)
{
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *k = obj_at(list, i);
		char date[24];

		show_date(obj_int(obj_get(k, "until"), 0), date);
		buf_fmt(&line_new(s, RIGHTS)->text, _("%s  consent %.*s (%.*s) ends on %s"), code,
			SLICE_ARG(obj_word(k, "consent")), SLICE_ARG(obj_word(k, "category")),
			date);
	}
}

static void add_verzoeken(struct screen *s, const char *code, const msgpack_object *list)
{
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *v = obj_at(list, i);
		char date[24];

		show_date(obj_int(obj_get(v, "due"), 0), date);
		buf_fmt(&line_new(s, RIGHTS)->text,
			_("%s  the person asks %.*s (%.*s): answer before %s"), code,
			SLICE_ARG(obj_word(v, "what")), SLICE_ARG(obj_word(v, "verzoek")), date);
	}
}

/* Of closed cases, for a privacy officer. */
static void add_closed(struct screen *s, const msgpack_object *list)
{
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *v = obj_at(list, i);
		char date[24];

		show_date(obj_int(obj_get(v, "due"), 0), date);
		buf_fmt(&line_new(s, RIGHTS)->text,
			_("%.*s is closed; %.*s %.*s is yours, before %s: brug verzoek list %.*s"),
			SLICE_ARG(obj_word(v, "case")), SLICE_ARG(obj_word(v, "what")),
			SLICE_ARG(obj_word(v, "verzoek")), date, SLICE_ARG(obj_word(v, "case")));
	}
}

static void add_unread(struct screen *s, const char *code, const msgpack_object *c)
{
	long long unread = obj_int(obj_get(c, "unread"), 0),
		  named = obj_int(obj_get(c, "mentions"), 0);
	struct line *l;

	if (!unread)
		return;
	l = line_new(s, ASKED);
	if (unread == 1)
		buf_fmt(&l->text, _("%s: 1 unread message: brug inbox"), code);
	else
		buf_fmt(&l->text, _("%s: %lld unread messages: brug inbox"), code, unread);
	if (named)
		buf_fmt(&l->text, " "), buf_fmt(&l->text, _("(%lld name you)"), named);
}

static void add_case(struct screen *s, const msgpack_object *c)
{
	char code[16];

	snprintf(code, sizeof(code), "%.*s", SLICE_ARG(obj_word(c, "case")));
	if (obj_bool(obj_get(c, "invited"))) {
		add_invited(s, code);
		return;
	}
	add_items(s, MEET, c, "meetings");
	add_items(s, LATE, c, "overdue");
	add_items(s, ASKED, c, "asked");
	add_unread(s, code, c);
	add_offer(s, code, obj_get(c, "offer"));
	add_items(s, BLOCKS, c, "knelpunten");
	add_items(s, SIGNALS, c, "signals");
	add_items(s, REVIEW, c, "review");
	add_consents(s, code, obj_get(c, "consents"));
	add_verzoeken(s, code, obj_get(c, "verzoeken"));
	add_items(s, MINE, c, "mine");
}

static void add_emergencies(struct screen *s, const msgpack_object *list)
{
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *e = obj_at(list, i);
		char date[24];

		show_date(obj_int(obj_get(e, "due"), 0), date);
		buf_fmt(&line_new(s, RIGHTS)->text,
			_("%.*s  emergency access %.*s: judge it before %s"),
			SLICE_ARG(obj_word(e, "case")), SLICE_ARG(obj_word(e, "emergency")), date);
	}
}

static void add_notices(struct screen *s, const msgpack_object *list)
{
	for (size_t i = 0; i < obj_n(list); i++) {
		CLEANUP(buf_free) struct buf line = {0};

		notice_line(obj_at(list, i), &line);
		if (line.n)
			buf_slice(&line_new(s, TOLD)->text, buf_view(&line));
	}
}

/* The earliest first, over all cases; what has no moment behind them, as it came. */
static void by_moment(struct line *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct line line = v[i];
		size_t j = i;

		for (; j && line.at && (!v[j - 1].at || v[j - 1].at > line.at); j--)
			v[j] = v[j - 1];
		v[j] = line;
	}
}

/* -- printing ---------------------------------------------------------------------------------- */

/* How many lines each group has: all, or what fits on the screen, shared out from the top. */
static void share_out(const struct screen *s, bool all, size_t lines[GROUPS])
{
	size_t left = SCREEN - AROUND, given = 1;

	for (int g = 0; g < GROUPS; g++) {
		lines[g] = all ? s->n[g] : 0;
		left -= s->n[g] && left ? 1 : 0; /* its title */
	}
	for (bool more = !all; more && left; given++) {
		more = false;
		for (int g = 0; g < GROUPS && left; g++)
			if (s->n[g] >= given) {
				lines[g] = given;
				left--;
				more = true;
			}
	}
}

/* One line of the screen; what does not fit is told by a mark, and stands whole under --all. */
static void print_clipped(struct slice text)
{
	CLEANUP(buf_wipe) struct buf clean = {0};
	unsigned width = table_width(stdout);
	size_t n;

	gate_clean(text, false, &clean);
	n = gate_fit(buf_view(&clean), width);
	if (n < clean.n)
		n = gate_fit(buf_view(&clean), width - 1);
	gate_printf(stdout, "%.*s%s\n", (int)n, (const char *)clean.p, n < clean.n ? "…" : "");
}

/* As it is printed, without its number. */
static void whole_of(const struct line *l, struct buf *out)
{
	buf_fmt(out, "     ");
	buf_slice(out, buf_view(&l->text));
}

/* What is left of the screen goes to lines that do not fit on one, from the top. True: some stay
 * cut. */
static bool let_wrap(const struct screen *s, const size_t lines[GROUPS])
{
	size_t left = SCREEN - AROUND - 1;
	bool cut = false;

	for (int g = 0; g < GROUPS; g++) {
		size_t taken = lines[g] + (s->n[g] > 0);

		left -= taken < left ? taken : left;
	}
	for (int g = 0; g < GROUPS; g++)
		for (size_t i = 0; i < lines[g]; i++) {
			CLEANUP(buf_wipe) struct buf whole = {0};
			size_t more;

			whole_of(&s->v[g][i], &whole);
			more = table_lines(stdout, HANG, buf_view(&whole)) - 1;
			s->v[g][i].whole = more <= left;
			left -= more <= left ? more : 0;
			cut = cut || !s->v[g][i].whole;
		}
	return cut;
}

static void print_line(const struct line *l, bool all, struct slices *codes)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	if (*l->code) {
		codes->v[codes->n++] = slice_of(l->code);
		buf_fmt(&line, "%3zu  ", codes->n);
	} else {
		buf_fmt(&line, "     ");
	}
	buf_slice(&line, buf_view(&l->text));
	if (all || l->whole)
		table_hang(stdout, HANG, buf_view(&line));
	else
		print_clipped(buf_view(&line));
}

static void print_title(enum group g, size_t left_out)
{
	printf("%s%s%s", table_bold(stdout), lang_text(titles[g]), table_plain(stdout));
	if (hints[g])
		printf("  (%s)", hints[g]);
	if (left_out) {
		printf("  · ");
		printf(_("and %zu more: brug today --all"), left_out);
	}
	printf("\n");
}

static size_t print_groups(const struct screen *s, bool all, struct slices *codes)
{
	size_t lines[GROUPS], total = 0;
	bool cut;

	share_out(s, all, lines);
	cut = !all && let_wrap(s, lines);
	for (int g = 0; g < GROUPS; g++) {
		if (s->n[g])
			print_title((enum group)g, s->n[g] - lines[g]);
		for (size_t i = 0; i < lines[g]; i++)
			print_line(&s->v[g][i], all, codes);
		total += s->n[g];
	}
	if (cut)
		printf("%s\n", _("… is cut off; whole: brug today --all"));
	return total;
}

static void print_me(struct run *r)
{
	const msgpack_object *me = link_me(r->link);
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s · %.*s", SLICE_ARG(obj_word(me, "name")),
		SLICE_ARG(obj_word(me, "agency")));
	printf("%s", table_bold(stdout));
	table_text(stdout, 0, buf_view(&line));
	printf("%s", table_plain(stdout));
}

static void print_key_term(int64_t until)
{
	long long days = (until - clock_now_ms()) / (24LL * 60 * 60 * 1000);

	printf(_("Your key is good for %lld more days; it renews itself."), days);
	printf("\n");
}

static void print_today(struct run *r, const msgpack_object *answer)
{
	const msgpack_object *cases = obj_get(answer, "cases");
	CLEANUP(screen_free) struct screen s = {0};
	struct slices codes = {0};
	size_t all = 0;

	for (size_t i = 0; i < obj_n(cases); i++)
		add_case(&s, obj_at(cases, i));
	add_emergencies(&s, obj_get(answer, "emergencies"));
	add_closed(&s, obj_get(answer, "verzoeken"));
	add_notices(&s, obj_get(answer, "notices"));
	for (int g = 0; g < GROUPS; g++) {
		by_moment(s.v[g], s.n[g]);
		all += s.n[g];
	}
	codes.v = calloc(all + 1, sizeof(*codes.v));
	if (!codes.v)
		abort();
	if (!print_groups(&s, r->options.all || !table_for_people(stdout), &codes))
		printf("%s\n", obj_n(cases) ? _("Nothing wants you now.")
					    : _("You take part in no case yet."));
	if (codes.n)
		place_rows_set(&r->home, &codes);
	free(codes.v);
}

enum err go_today(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	print_me(r);
	print_today(r, tree_root(&t));
	print_key_term(obj_int(obj_get(tree_root(&t), "until"), 0));
	return ERR_OK;
}
