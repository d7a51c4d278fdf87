/*
 * Separation of duties: every method asked by every role. The table that comes of it is
 * docs/rights.md, word for word; RIGHTS_WRITE=1 in the environment writes it anew.
 */
#include "keys.h"
#include "world.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct world w;

/* Who stands for a role: somebody of the case, or a stranger to it with a function. */
static const struct role {
	const char *name, *who, *function;
} roles[] = {{"betrokkene", "c01", NULL},
	     {"ondersteuner", "u20", NULL},
	     {"helper", "u04", NULL},
	     {"casusregisseur", "u01", NULL},
	     {"procesregisseur", "u02", NULL},
	     {"buitenstaander", "u16", NULL},
	     {"agency-admin", "u17", "agency-admin"},
	     {"partnership-admin", "u18", "partnership-admin"},
	     {"privacy-officer", "u19", "privacy-officer"},
	     {"operator", "u13", "operator"}};
enum { ROLES = sizeof(roles) / sizeof(*roles) };

/* Those with a function take no part in the case: what they may, they may by it. */
static void set_up(void)
{
	world_open(&w);
	for (int i = 0; i < ROLES; i++) {
		struct slice function = {0};
		uint64_t id = world_person(roles[i].who);
		struct key k = key_u64(id), of = key_2(w.case_id, id);
		struct change c = world_change(&w, w.case_id);
		struct rec_person p;

		if (strcmp(roles[i].name, "buitenstaander") != 0 && !roles[i].function)
			continue;
		world_drop(&w, &c, TAB_MEMBER, key_view(&of));
		world_apply(&w, &c);
		if (!roles[i].function)
			continue;
		function = slice_of(roles[i].function);
		world_get(&w, TAB_PERSON, key_view(&k), REC_person, &p);
		p.functions = (struct slices){&function, 1};
		world_set(&w, 0, TAB_PERSON, key_view(&k), REC_person, &p);
	}
}

static void tear_down(void)
{
	world_close(&w);
}
TestSuite(duties, .init = set_up, .fini = tear_down);

static bool may(const char *who, const struct method *m)
{
	struct viewer v = world_viewer(&w, who);
	struct refusal r;

	return policy_may(w.policy, &v, m->right, m->case_param ? w.case_id : 0,
			  world_time("2026-10-20T10:00:00Z"), &r) == ERR_OK;
}

static const char *right_name(enum right right)
{
	static const char *const names[] = {[RIGHT_JOIN] = "join",
					    [RIGHT_PERSON] = "person",
					    [RIGHT_INVITED] = "invited",
					    [RIGHT_MEMBER] = "member",
					    [RIGHT_LEAD] = "lead",
					    [RIGHT_AGENCY] = "agency",
					    [RIGHT_PARTNERSHIP] = "partnership",
					    [RIGHT_LOG] = "log",
					    [RIGHT_PERSONS] = "person's own",
					    [RIGHT_PRIVACY] = "privacy",
					    [RIGHT_OPERATOR] = "operator"};

	return names[right];
}

static void make_table(struct buf *out)
{
	buf_fmt(out,
		"# Who may ask what\n\n"
		"Every method of the protocol, asked by every role: + it is asked further, - it is "
		"refused at the door. Behind the door\n"
		"sight decides item by item, and some handlers ask more (docs/glossary.md). Made "
		"and "
		"checked by tests/unit/test_duties.c.\n\n"
		"The last five take no part in the case. person: whoever is known here, about "
		"himself and what he may see. log: the handler\n"
		"gives the privacy officer all, an agency admin his own people, the person his own "
		"case, and others nothing.\n\n| method | right |");
	for (int i = 0; i < ROLES; i++)
		buf_fmt(out, " %s |", roles[i].name);
	buf_fmt(out, "\n|---|---|");
	for (int i = 0; i < ROLES; i++)
		buf_fmt(out, "---|");
	buf_fmt(out, "\n");
	for (const struct method *m = brug_vocab.methods; m->name; m++) {
		buf_fmt(out, "| %s | %s |", m->name, right_name(m->right));
		for (int i = 0; i < ROLES; i++)
			buf_fmt(out, " %s |", may(roles[i].who, m) ? "+" : "-");
		buf_fmt(out, "\n");
	}
}

static void read_all(const char *path, struct buf *out)
{
	char chunk[4096];
	FILE *f = fopen(path, "re");
	size_t n;

	cr_assert_not_null(f, "%s is not there: RIGHTS_WRITE=1 makes it", path);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(out, chunk, n);
	fclose(f);
}

Test(duties, the_table_of_roles_and_methods_is_what_policy_says)
{
	CLEANUP(buf_free) struct buf made = {0};
	CLEANUP(buf_free) struct buf kept = {0};

	make_table(&made);
	if (getenv("RIGHTS_WRITE")) {
		FILE *f = fopen(RIGHTS, "we");

		cr_assert(f && fwrite(made.p, 1, made.n, f) == made.n && fclose(f) == 0);
	}
	read_all(RIGHTS, &kept);
	cr_expect(slice_eq(buf_view(&made), buf_view(&kept)),
		  "docs/rights.md is not what policy says: RIGHTS_WRITE=1 writes it anew");
}

static bool is_of_case(const struct method *m)
{
	return m->case_param != NULL;
}

Test(duties, who_has_a_function_reads_no_case_by_it)
{
	static const char *const outside[] = {"u16", "u17", "u18", "u19", "u13"};

	for (const struct method *m = brug_vocab.methods; m->name; m++)
		for (size_t i = 0; is_of_case(m) && i < sizeof(outside) / sizeof(*outside); i++)
			cr_expect_not(may(outside[i], m), "%s by %s", m->name, outside[i]);
}

Test(duties, who_runs_the_server_looks_after_nobody_and_makes_no_rule)
{
	for (const struct method *m = brug_vocab.methods; m->name; m++)
		if (m->right == RIGHT_AGENCY || m->right == RIGHT_PARTNERSHIP ||
		    m->right == RIGHT_PRIVACY)
			cr_expect_not(may("u13", m), "%s", m->name);
}
