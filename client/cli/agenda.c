/* The meeting one is in: which it is, its points, and what is meant when none is named. */
#include "agenda.h"

#include "clock.h"

#include <stdio.h>
#include <string.h>

static const int64_t minute = 60000;

/* -- times ------------------------------------------------------------------------------------- */

void meet_clock(int64_t ms, char out[8])
{
	char date[12];
	int64_t passed = (ms - clock_parse(clock_date(ms, date), 0)) / minute;

	snprintf(out, 8, "%02d:%02d", (int)(passed / 60 % 24), (int)(passed % 60));
}

/* "13:00" here, on that day. */
static int64_t at_clock(const char *date, const char *hm)
{
	int h, m;
	char end;

	if (sscanf(hm, "%2d:%2d%c", &h, &m, &end) != 2 || h < 0 || h > 23 || m < 0 || m > 59)
		return -1;
	return clock_parse(date, 0) + (h * 60LL + m) * minute;
}

static int64_t time_of(struct slice text)
{
	char z[32] = "", date[12];

	if (text.n >= sizeof(z))
		return -1;
	memcpy(z, text.p, text.n);
	if (text.n == 16 && z[10] == 'T') {
		z[10] = 0;
		return at_clock(z, z + 11);
	}
	return at_clock(clock_date(clock_now_ms(), date), z);
}

void meet_times(struct options *o)
{
	static char kept[4][24]; /* outlive the options */
	static unsigned at;

	for (size_t i = 0; i < o->n; i++) {
		struct value *v = &o->v[i];
		int64_t t = v->field->type == T_TIME ? time_of(v->text) : -1;

		if (t >= 0)
			v->text = slice_of(clock_format(t, kept[at++ % 4]));
	}
}

/* -- the meeting one is in, and its points ----------------------------------------------------- */

static enum err ask_map(struct run *r, const char *method, const char *key, const char *value,
			struct tree *out)
{
	CLEANUP(buf_free) struct buf params = {0};

	pack_map(&params, value ? 1 : 0);
	if (value)
		pack_kv_text(&params, key, value);
	return run_ask(r, method, buf_view(&params), out);
}

static void copy_text(char *out, size_t size, const msgpack_object *o)
{
	snprintf(out, size, "%.*s", SLICE_ARG(obj_bytes(o)));
}

/* The one that was chosen, or the only one there is; of several, the one that runs. */
enum err agenda_which(struct run *r, char id[32])
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list, *one = NULL;
	size_t runs = 0;

	if (place_meeting(&r->home, id))
		return ERR_OK;
	TRY(ask_map(r, "meeting.list", NULL, NULL, &t));
	list = obj_get(tree_root(&t), "meetings");
	for (size_t i = 0; i < obj_n(list); i++)
		if (slice_is(obj_bytes(obj_get(obj_at(list, i), "state")), "loopt") ||
		    obj_n(list) == 1) {
			one = obj_at(list, i);
			runs++;
		}
	if (runs != 1)
		return fault_set(&r->fault, ERR_USAGE, N_("Which meeting?"), NULL,
				 N_("brug meet lists them; brug meet show MEETING chooses one."),
				 NULL);
	copy_text(id, 32, obj_get(one, "meeting"));
	return ERR_OK;
}

enum err agenda_ask(struct run *r, struct tree *out)
{
	char id[32];
	enum err err;

	TRY(agenda_which(r, id));
	err = ask_map(r, "meeting.show", "meeting", id, out);
	if (err == ERR_NOTFOUND)
		place_meeting_set(&r->home, ""); /* it was over, or never his */
	return err;
}

const msgpack_object *agenda_point(const msgpack_object *agenda, const char *state,
				   const char *of_case)
{
	const msgpack_object *points = obj_get(agenda, "points");

	for (size_t i = 0; i < obj_n(points); i++) {
		const msgpack_object *p = obj_at(points, i);

		if (slice_is(obj_bytes(obj_get(p, "state")), state) &&
		    (!of_case || slice_is(obj_bytes(obj_get(p, "case")), of_case)))
			return p;
	}
	return NULL;
}

/* The request is about this point. */
static void take_point(struct run *r, const msgpack_object *point)
{
	static char code[16]; /* outlives the options */
	const struct method *m = command_method(r->command);

	copy_text(code, sizeof(code), obj_get(point, "code"));
	copy_text(r->case_code, sizeof(r->case_code), obj_get(point, "case"));
	options_default(&r->options, field_find(m->params, SLICE("item")), slice_of(code));
}

enum err agenda_none(struct run *r, const char *text)
{
	return fault_set(&r->fault, ERR_USAGE, text, NULL, N_("See: brug meet show"), NULL);
}

bool meet_finds_place(const struct command *c)
{
	return !strncmp(c->words, "meet ", 5) && c->go != go_meet_add && c->go != go_lay;
}

/* The point that runs; of what is done afterwards, one whose minutes are a draft, or were approved.
 */
enum err meet_place(struct run *r)
{
	static const char *const now[] = {"loopt", NULL}, *const after[] = {"verslag", "loopt",
									    "vastgesteld", NULL};
	bool later = r->command->go == go_minutes || !strcmp(r->command->words, "meet approve");
	const char *const *state = later ? after : now;
	const msgpack_object *point = NULL;
	CLEANUP(tree_free) struct tree t = {0};

	if (r->command->go == go_meet_start || r->command->go == go_meet_next)
		return ERR_OK; /* they look for theirs themselves */
	if (options_has(&r->options, "item"))
		return place_case(&r->home, r->case_code) ? ERR_OK
							  : agenda_none(r, N_("Which case?"));
	TRY(agenda_ask(r, &t));
	for (; *state && !point; state++)
		point = agenda_point(tree_root(&t), *state, NULL);
	if (!point)
		return agenda_none(r, N_("No point of yours runs now."));
	take_point(r, point);
	return ERR_OK;
}

enum err meet_running(struct run *r, struct meet_point *out)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *point;

	TRY(agenda_ask(r, &t));
	point = agenda_point(tree_root(&t), "loopt", NULL);
	if (!point)
		return agenda_none(r, N_("No point of yours runs now."));
	copy_text(out->case_code, sizeof(out->case_code), obj_get(point, "case"));
	copy_text(out->code, sizeof(out->code), obj_get(point, "code"));
	out->n = obj_int(obj_get(point, "n"), 0);
	out->of = (long long)obj_n(obj_get(tree_root(&t), "points"));
	out->from = obj_int(obj_get(point, "from"), 0);
	out->until = obj_int(obj_get(point, "until"), 0);
	return ERR_OK;
}
