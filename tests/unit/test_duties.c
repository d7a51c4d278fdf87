/*
 * Separation of duties: every method asked by every role, of its real handler over the hub, with
 * parameters that are sound for it. The table that comes of it is docs/rights.md, word for word;
 * RIGHTS_WRITE=1 in the environment writes it anew. A method whose parameters are not sound by
 * themselves gets a row in given.
 */
#include "clock.h"
#include "keys.h"
#include "world_calls.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct world_hub h;

/* Who stands for a role: somebody of the case, or a stranger to it with a function. */
static const struct role {
	const char *name, *who, *function;
} roles[] = {{"betrokkene", "c01", NULL},
	     {"ondersteuner", "u20", NULL},
	     {"helper", "u04", NULL},
	     {"casusregisseur", "u01", NULL},
	     {"procesregisseur", "u02", NULL},
	     {"informatiecoordinator", "u03", NULL},
	     {"gast", "u12", NULL},
	     {"buitenstaander", "u16", NULL},
	     {"agency-admin", "u17", "agency-admin"},
	     {"partnership-admin", "u18", "partnership-admin"},
	     {"privacy-officer", "u19", "privacy-officer"},
	     {"operator", "u13", "operator"}};
enum { ROLES = sizeof(roles) / sizeof(*roles) };

static void put_person(uint64_t id, const char *name)
{
	struct slice function = slice_of(name);
	struct key k = key_u64(id);
	struct rec_person p;

	world_get(&h.w, TAB_PERSON, key_view(&k), REC_person, &p);
	p.functions = (struct slices){&function, 1};
	world_set(&h.w, 0, TAB_PERSON, key_view(&k), REC_person, &p);
}

static void leave(uint64_t id)
{
	struct key of = key_2(h.w.case_id, id);
	struct change c = world_change(&h.w, h.w.case_id);

	world_drop(&h.w, &c, TAB_MEMBER, key_view(&of));
	world_apply(&h.w, &c);
}

static void be_guest(uint64_t id)
{
	struct key of = key_2(h.w.case_id, id);
	struct rec_member m;

	world_get(&h.w, TAB_MEMBER, key_view(&of), REC_member, &m);
	m.role = SLICE("gast");
	world_set(&h.w, h.w.case_id, TAB_MEMBER, key_view(&of), REC_member, &m);
}

/* Something to end, approve, judge and answer. */
static void leave_work(void)
{
	struct rec_rule r = {.id = SLICE("r0"),
			     .from_agency = SLICE("corp"),
			     .category = SLICE("plan"),
			     .to = SLICE("domain=zorg"),
			     .level = LEVEL_BESTAAN,
			     .ground = SLICE("x")};
	struct rec_emergency e = {.id = SLICE("nood-1"), .person = 5, .item = 1, .level = 1};
	struct rec_verzoek v = {
		.id = SLICE("v-1"), .what = SLICE("rectificatie"), .by = WORLD_PEOPLE};
	struct key nood = key_bytes(h.w.case_id, e.id), verzoek = key_bytes(h.w.case_id, v.id);
	struct rec_agreement a;

	world_get(&h.w, TAB_AGREEMENT, SLICE("zvh"), REC_agreement, &a);
	a.version = 2;
	a.by = 1;
	v.item = world_item(&h.w, "A4").num;
	world_set(&h.w, 0, TAB_RULE, r.id, REC_rule, &r);
	world_set(&h.w, 0, TAB_WAITING, a.id, REC_agreement, &a);
	world_set(&h.w, h.w.case_id, TAB_EMERGENCY, key_view(&nood), REC_emergency, &e);
	world_set(&h.w, h.w.case_id, TAB_VERZOEK, key_view(&verzoek), REC_verzoek, &v);
}

/* Those with a function take no part in the case: what they may, they may by it. */
static void set_up(void)
{
	clock_set_ms(world_time("2026-11-20T10:00:00Z"));
	h = (struct world_hub){0};
	world_open(&h.w);
	be_guest(world_person("u12"));
	leave_work();
	for (int i = 0; i < ROLES; i++) {
		uint64_t id = world_person(roles[i].who);

		if (roles[i].function || !strcmp(roles[i].name, "buitenstaander"))
			leave(id);
		if (roles[i].function)
			put_person(id, roles[i].function);
	}
	world_hub_serve(&h);
}

static void tear_down(void)
{
	world_hub_close(&h);
}
TestSuite(duties, .init = set_up, .fini = tear_down);

static bool may(const char *who, const struct method *m)
{
	struct viewer v = world_viewer(&h.w, who);
	struct refusal r;

	return policy_may(h.w.policy, &v, m->right, m->case_param ? h.w.case_id : 0,
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
					    [RIGHT_REQUESTS] = "member or privacy",
					    [RIGHT_OPERATOR] = "operator"};

	return names[right];
}

/* -- sound parameters -------------------------------------------------------------------------- */

static const struct {
	const char *method, *json;
} given[] = {
	{"agreement.approve", "{'agreement':'zvh','version':2}"},
	{"consent.give", "{'case':'J-0417','category':'gezondheid','agency':'ggz','to':['pol'],"
			 "'purposes':['d1'],'witness':'x'}"},
	{"consent.withdraw", "{'case':'J-0417','consent':'t2','witness':'x'}"},
	{"item.add", "{'case':'J-0417','kind':'actie','fields':{'inhoud':'x'}}"},
	{"item.audience", "{'case':'J-0417','kind':'actie'}"},
	{"emergency.review",
	 "{'case':'J-0417','emergency':'nood-1','verdict':'terecht','why':'x'}"},
	{"emergency.open", "{'case':'J-0417','item':'@F3','code':'vermissing','why':'x'}"},
	{"verzoek.answer", "{'case':'J-0417','verzoek':'v-1','verdict':'afgewezen','why':'x'}"},
	{"item.move", "{'case':'J-0417','item':'@A4','verb':'done'}"},
	{"item.narrow",
	 "{'case':'J-0417','item':'@A4','to':'agency=pol','level':'geen','why':'x'}"},
	{"item.widen",
	 "{'case':'J-0417','item':'@A4','to':'agency=pol','level':'kern','ground':'x',"
	 "'why':'x','until':'2027-01-01'}"},
	{"item.set", "{'case':'J-0417','item':'@A4','rev':1,'fields':{'inhoud':'x'}}"},
	{"log.read", "{'case':'J-0417'}"},
	{"mandate.give", "{'case':'J-0417','person':'u20@co','categories':['plan'],'witness':'x'}"},
	{"member.block", "{'case':'J-0417','person':'u14@schuld','why':'x'}"},
	{"member.invite", "{'case':'J-0417','person':'u16@mbo','role':'helper','purposes':['d1']}"},
	{"rule.add", "{'rule':'r1','category':'plan','to':'agency=ggz','level':'kern','ground':'x',"
		     "'until':'2027-06-01'}"},
	{"rule.end", "{'rule':'r0'}"},
	{"notice.done", "{}"},
	{"user.add", "{'person':'nieuw@corp','name':'x'}"},
	{"user.stop", "{'person':'u17@corp','why':'x'}"},
	{"device.list", "{'person':'u17@corp'}"},

	{"case.phase", "{'case':'J-0417','phase':'afschaling','why':'x'}"},
	{NULL, NULL}};

static void pack_word(struct asked *a, const struct field *f, const char *word)
{
	struct slice one = slice_of(word);

	if (f->type == T_WORDS || f->type == T_NAMES || f->type == T_PERSONS || f->type == T_ITEMS)
		asked_strs(a, f->name, (struct slices){&one, 1});
	else
		asked_text(a, f->name, word);
}

static void pack_zeros(struct asked *a, const struct field *f)
{
	static const uint8_t zeros[64];

	pack_kv_bin(&a->pairs, f->name, (struct slice){zeros, f->max < 64 ? f->max : 64});
	a->n++;
}

/* Something of the type. */
static void pack_any(struct asked *a, const struct field *f)
{
	static char code[16];

	snprintf(code, sizeof(code), "%.*s", SLICE_ARG(world_item(&h.w, "A4").code));
	if (f->type == T_INT) {
		asked_int(a, f->name, f->lo > 0 ? f->lo : 1);
	} else if (f->type == T_BIN) {
		pack_zeros(a, f);
	} else if (f->type == T_FIELDS) {
		asked_map(a, f->name, "inhoud", "x");
	} else if (f->type == T_RECORDS) {
		asked_strs(a, f->name, (struct slices){0});
	} else if (f->type == T_BOOL) {
		pack_kv_bool(&a->pairs, f->name, true);
		a->n++;
	} else {
		pack_word(a, f,
			  f->words                                      ? f->words[0]
			  : f->type == T_CASE                           ? "J-0417"
			  : f->type == T_ITEM || f->type == T_ITEMS     ? code
			  : f->type == T_PERSON || f->type == T_PERSONS ? "u14@schuld"
			  : f->type == T_TIME || f->type == T_DATE      ? "2026-12-20"
			  : !strcmp(f->name, "agreement")               ? "zvh"
			  : !strcmp(f->name, "purposes")                ? "d1"
			  : !strcmp(f->name, "to")                      ? "agency=pol"
									: "x");
	}
}

static void pack_required(struct asked *a, const struct method *m)
{
	for (const struct field *f = m->params; f && f->name; f++)
		if (f->flags & F_REQUIRED)
			pack_any(a, f);
}

static const char *json_of(const struct method *m)
{
	for (size_t i = 0; given[i].method; i++)
		if (!strcmp(given[i].method, m->name))
			return given[i].json;
	return NULL;
}

/* Of a rule. */
static void pack_imagined(struct asked *a)
{
	CLEANUP(asked_free) struct asked rule = {0};
	CLEANUP(buf_free) struct buf params = {0};

	world_json(&h, json_of(vocab_method(&brug_vocab, SLICE("rule.add"))), &rule);
	asked_request(&rule);
	asked_pack(&rule, &params);
	asked_text(a, "method", "rule.add");
	pack_kv_bin(&a->pairs, "params", buf_view(&params));
	a->n++;
}

/* What the handler says: + answered, - refused, 0 as if it were not there, ? let through, but not
 * with these parameters in this state. */
static const char *says(const char *who, const struct method *m)
{
	CLEANUP(answer_free) struct answer a = {0};
	CLEANUP(asked_free) struct asked params = {0};
	const char *json = json_of(m);

	if (!strcmp(m->name, "whatif"))
		pack_imagined(&params);
	else if (json)
		world_json(&h, json, &params);
	else
		pack_required(&params, m);
	world_asks_packed(&h, who, m, &params, &a);
	switch (a.err) {
	case ERR_OK:
		return "+";
	case ERR_REFUSED:
	case ERR_IDENTITY:
		return "-";
	case ERR_NOTFOUND:
		return "0";
	default:
		return "?";
	}
}

/* A write is asked of a world of its own. */
static void make_row(const struct method *m, struct buf *out)
{
	buf_fmt(out, "| %s | %s |", m->name, right_name(m->right));
	for (int i = 0; i < ROLES; i++) {
		buf_fmt(out, " %s |", says(roles[i].who, m));
		if (m->write) {
			tear_down();
			set_up();
		}
	}
	buf_fmt(out, "\n");
}

static void make_table(struct buf *out)
{
	buf_fmt(out,
		"# Who may ask what\n\n"
		"Every method of the protocol, asked by every role of its real handler, about the "
		"worked case and an action of its\n"
		"casusregisseur's agency, with parameters that are sound: + it is answered; - it "
		"is "
		"refused; 0 it is as if the case or\n"
		"the thing were not there; ? it is let through, and would be answered with other "
		"parameters or in another state. What\n"
		"is in an answer sight decides item by item (docs/glossary.md). Made and checked "
		"by "
		"tests/unit/test_duties.c.\n\n"
		"The last five take no part in the case. The right is what is asked at the door; "
		"the "
		"handler may ask more. person:\n"
		"whoever is known here, about himself and what he may see. log: the privacy "
		"officer "
		"all, an agency admin his own people,\n"
		"the person his own case, and others nothing. member or privacy: who takes part; "
		"of "
		"a closed case a privacy officer too.\n\n| method | right |");
	for (int i = 0; i < ROLES; i++)
		buf_fmt(out, " %s |", roles[i].name);
	buf_fmt(out, "\n|---|---|");
	for (int i = 0; i < ROLES; i++)
		buf_fmt(out, "---|");
	buf_fmt(out, "\n");
	for (const struct method *m = brug_vocab.methods; m->name; m++)
		make_row(m, out);
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

Test(duties, the_table_of_roles_and_methods_is_what_the_handlers_answer, .timeout = 300)
{
	CLEANUP(buf_free) struct buf made = {0};
	CLEANUP(buf_free) struct buf kept = {0};

	cr_assert_not_null(freopen("/dev/null", "w", stderr)); /* refusals are logged */
	make_table(&made);
	if (getenv("RIGHTS_WRITE")) {
		FILE *f = fopen(RIGHTS, "we");

		cr_assert(f && fwrite(made.p, 1, made.n, f) == made.n && fclose(f) == 0);
	}
	read_all(RIGHTS, &kept);
	cr_expect(slice_eq(buf_view(&made), buf_view(&kept)),
		  "docs/rights.md is not what the handlers say: RIGHTS_WRITE=1 writes it anew");
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
