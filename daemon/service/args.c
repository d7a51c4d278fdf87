#include "args.h"

#include "keys.h"

#include "clock.h"

#include <openssl/rand.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct slice arg_str(const struct request *rq, const char *name)
{
	return obj_bytes(obj_get(rq->params, name));
}

struct slices arg_strs(const struct request *rq, const char *name)
{
	return obj_strs(rq->arena, obj_get(rq->params, name));
}

int64_t arg_int(const struct request *rq, const char *name, int64_t otherwise)
{
	return obj_int(obj_get(rq->params, name), otherwise);
}

bool arg_bool(const struct request *rq, const char *name)
{
	return obj_bool(obj_get(rq->params, name));
}

bool arg_given(const struct request *rq, const char *name)
{
	return !obj_is_nil(obj_get(rq->params, name));
}

static int64_t time_of(const struct request *rq, const char *name, int end)
{
	struct slice s = arg_str(rq, name);
	int64_t t;

	if (!s.n)
		return 0;
	t = clock_parse(arena_str(rq->arena, s), end);
	return t < 0 ? 0 : t;
}

int64_t arg_begin(const struct request *rq, const char *name)
{
	return time_of(rq, name, 0);
}

int64_t arg_end(const struct request *rq, const char *name)
{
	return time_of(rq, name, 1);
}

int arg_level(const struct request *rq, const char *name, int otherwise)
{
	return arg_given(rq, name) ? level_parse(arg_str(rq, name)) : otherwise;
}

enum err refuse(struct request *rq, enum err code, const char *text, const char *why,
		const char *can)
{
	rq->refusal = (struct refusal){.text = text, .why = why, .can = can};
	return code;
}

enum err refuse_arg(struct request *rq, enum err code, const char *text, const char *can,
		    struct slice arg)
{
	struct slice fit = slice_fit(arg, sizeof(rq->refusal.arg) - 1);

	rq->refusal = (struct refusal){.text = text, .can = can};
	if (fit.n)
		memcpy(rq->refusal.arg, fit.p, fit.n);
	return code;
}

enum err arg_sound(struct request *rq, const struct method *m, const msgpack_object *params)
{
	struct complaint c = {0};

	if (vocab_check_params(m, params, &c) == ERR_OK)
		return ERR_OK;
	rq->where = arena_copy(rq->arena, slice_of(c.where));
	return refuse_arg(rq, ERR_USAGE, c.text, c.can, arena_copy(rq->arena, slice_of(c.arg)));
}

enum err refuse_absent(struct request *rq)
{
	rq->refusal = (struct refusal){0};
	return ERR_NOTFOUND;
}

enum err arg_ahead(struct request *rq, const char *end)
{
	if (!arg_given(rq, end) || arg_end(rq, end) > rq->now)
		return ERR_OK;
	rq->where = slice_of(end);
	return refuse(rq, ERR_USAGE, N_("That end has already passed."), NULL,
		      N_("Give a moment to come."));
}

enum err arg_term(struct request *rq)
{
	TRY(arg_ahead(rq, "until"));
	if (!arg_given(rq, "from") || !arg_given(rq, "until") ||
	    arg_begin(rq, "from") < arg_end(rq, "until"))
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("It ends before it begins."), NULL,
		      N_("Give the begin first, and then the end."));
}

struct slice person_ref(struct request *rq, uint64_t person)
{
	return arena_fmt(rq->arena, "#%llu", (unsigned long long)person);
}

enum err arg_person(struct request *rq, const char *name, uint64_t *out)
{
	struct slice handle = arg_str(rq, name);

	*out = policy_person(rq->house->policy, handle);
	if (*out)
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("There is nobody called %s."),
			  N_("Write it as handle@agency; the agency's admin knows the handle."),
			  handle);
}

enum err arg_member(struct request *rq, const char *name, uint64_t *out)
{
	struct slice handle = arg_str(rq, name);

	*out = policy_person(rq->house->policy, handle);
	if (*out && sight_member(rq->sight, *out))
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("%s takes no part in this case."),
			  N_("See: brug case show"), handle);
}

static bool starts(struct slice s, const char *z, struct slice *rest)
{
	size_t n = strlen(z);

	if (!slice_starts(s, slice_of(z)) || s.n == n)
		return false;
	*rest = (struct slice){s.p + n, s.n - n};
	return true;
}

static bool known_recipient(struct request *rq, struct slice to)
{
	struct slice rest;

	if (starts(to, "agency=", &rest))
		return store_has(rq->house->store, TAB_AGENCY, rest);
	if (starts(to, "role=", &rest))
		return word_in(vocab_roles, rest);
	return starts(to, "domain=", &rest) && word_in(vocab_domains, rest);
}

/* As many as fit, for an error. */
static struct slice some_words(struct request *rq, const char *const *words)
{
	CLEANUP(buf_free) struct buf b = {0};

	for (const char *const *w = words; *w && b.n + strlen(*w) < 150; w++)
		buf_fmt(&b, "%s%s", b.n ? ", " : "", *w);
	return arena_copy(rq->arena, buf_view(&b));
}

static enum err nobody_meant(struct request *rq, struct slice to)
{
	if (slice_starts(to, SLICE("role=")))
		return refuse_arg(rq, ERR_USAGE, N_("There is no such role."), N_("Roles are: %s"),
				  some_words(rq, vocab_roles));
	if (slice_starts(to, SLICE("domain=")))
		return refuse_arg(rq, ERR_USAGE, N_("There is no such domain."),
				  N_("Domains are: %s"), some_words(rq, vocab_domains));
	if (slice_starts(to, SLICE("agency=")))
		return refuse_arg(rq, ERR_USAGE, N_("There is no such agency: \"%s\"."),
				  N_("See: brug-admin agency list; in a case: brug case show"), to);
	return refuse_arg(rq, ERR_USAGE, N_("Nobody is meant by \"%s\"."),
			  N_("Write handle@agency, agency=..., role=..., domain=... or all."), to);
}

enum err arg_to(struct request *rq, const char *name, struct slice *out)
{
	struct slice to = arg_str(rq, name);
	uint64_t person;

	if (slice_is(to, "all") || slice_is(to, "*")) {
		*out = SLICE("*");
		return ERR_OK;
	}
	if (known_recipient(rq, to)) {
		*out = to;
		return ERR_OK;
	}
	person = memchr(to.p, '@', to.n) ? policy_person(rq->house->policy, to) : 0;
	if (!person || (rq->sight && !sight_member(rq->sight, person)))
		return nobody_meant(rq, to);
	*out = person_ref(rq, person);
	return ERR_OK;
}

struct slice show_person(struct request *rq, uint64_t person)
{
	struct slice handle, name;

	if (!person)
		return (struct slice){0};
	policy_names(rq->house->policy, person, rq->arena, &handle, &name);
	return handle;
}

struct slice case_code_for(struct request *rq, uint64_t case_id)
{
	struct key k = key_u64(case_id);
	struct rec_case c;

	return case_id && get_record(rq, TAB_CASE, key_view(&k), REC_case, &c) == ERR_OK
		       ? c.code
		       : (struct slice){0};
}

struct slice show_to(struct request *rq, struct slice to)
{
	if (slice_is(to, "*"))
		return SLICE("all");
	if (to.n > 1 && to.p[0] == '#')
		return show_person(rq, strtoull(arena_str(rq->arena, to) + 1, NULL, 10));
	return to;
}

void put_record(struct request *rq, enum table table, struct slice key, enum rec_type type,
		const void *rec)
{
	CLEANUP(buf_free) struct buf b = {0};

	rec_pack(type, rec, &b);
	change_put(&rq->change, rq->pass, table, key, buf_view(&b));
}

enum err get_record(struct request *rq, enum table table, struct slice key, enum rec_type type,
		    void *rec)
{
	struct slice val;

	TRY(store_get(rq->house->store, table, key, &val));
	return rec_read(type, arena_copy(rq->arena, val), rq->arena, rec);
}

static struct slice seal_in(struct request *rq, uint64_t scope, const uint64_t at[2],
			    struct slice text)
{
	CLEANUP(buf_free) struct buf b = {0};

	if (!text.n ||
	    policy_seal_text(rq->house->policy, rq->pass, scope, at[0], at[1], text, &b) != ERR_OK)
		return (struct slice){0};
	return arena_copy(rq->arena, buf_view(&b));
}

static struct slice open_in(struct request *rq, uint64_t scope, const uint64_t at[2],
			    struct slice seal)
{
	struct slice text = {0};

	if (!seal.n || policy_open_text(rq->house->policy, scope, at[0], at[1], seal, rq->arena,
					&text) != ERR_OK)
		return (struct slice){0};
	return text;
}

struct slice seal_text(struct request *rq, uint64_t id, uint64_t tag, struct slice text)
{
	return seal_in(rq, rq->case_id, (const uint64_t[]){id, tag}, text);
}

struct slice open_text(struct request *rq, uint64_t id, uint64_t tag, struct slice seal)
{
	return open_in(rq, rq->case_id, (const uint64_t[]){id, tag}, seal);
}

struct slice seal_house_text(struct request *rq, uint64_t id, uint64_t tag, struct slice text)
{
	return seal_in(rq, 0, (const uint64_t[]){id, tag}, text);
}

struct slice open_house_text(struct request *rq, uint64_t id, uint64_t tag, struct slice seal)
{
	return open_in(rq, 0, (const uint64_t[]){id, tag}, seal);
}

uint64_t random_u64(void)
{
	uint64_t r = 0;
	int ok = RAND_bytes((unsigned char *)&r, sizeof(r));

	assert(ok == 1);
	return r;
}

void note_sight(struct request *rq)
{
	change_event(&rq->change, rq->pass, 0, 0);
}

void note_house_sight(struct request *rq)
{
	assert(rq->change.case_id == 0);
	change_event(&rq->change, rq->pass, 0, 0);
	rq->change.sight_all = true;
}
