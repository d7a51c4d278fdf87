/*
 * A kind is a row. The vocabulary of this program is the real one and one kind more; nothing else
 * of Brug is changed for it: it is added and read over the wire, cut by level, moved, asked for on
 * a command line, completed, and explained.
 */
#define brug_kinds real_kinds
#include "kinds.c"
#undef brug_kinds

#include "clock.h"
#include "describe.h"
#include "options.h"
#include "rpc.h"
#include "world_hub.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

static const char *const colours[] = {"rood", "groen", NULL};
static const struct field wens_fields[] = {
	TEXT("inhoud", 200, KERN, OWN, F_REQUIRED, "what he wishes"),
	WORD("kleur", colours, SIGNAAL, OWN, 0, "its colour"), END};
static const struct state wens_states[] = {
	{"nieuw", false, "new"}, {"vervuld", true, "fulfilled"}, {.name = NULL}};
static const struct move wens_moves[] = {{"nieuw", "vervuld", "fulfil", "vervul", ANY, false},
					 END_MOVES};
static const struct kind wens = {"wens",     "wish", "plan", wens_fields,          wens_states,
				 wens_moves, false,  OWN,    "What he wishes for."};

/* The table everybody reads, under its own name; filled before anything looks. */
struct kind all_kinds[32] __asm__("brug_kinds");
static void __attribute__((constructor)) fill(void)
{
	size_t n = 0;

	for (const struct kind *k = real_kinds; k->name; k++)
		all_kinds[n++] = *k;
	all_kinds[n] = wens;
}

static struct world_hub h;

static void set_up(void)
{
	clock_set_ms(world_time("2026-10-20T10:00:00Z"));
	world_hub_open(&h);
}

static void tear_down(void)
{
	world_hub_close(&h);
}
TestSuite(new_kind, .init = set_up, .fini = tear_down);

/* One request over a session of this person; the answer, or ERR and the test ends. */
static void ask(const char *who, const char *method, struct slice params, struct tree *out)
{
	CLEANUP(buf_free) struct buf message = {0};
	CLEANUP(buf_free) struct buf answer = {0};
	struct session *s = world_hub_session(&h, world_person(who));
	const char *why;
	struct rpc rpc;

	rpc_request(&message, 7, method, params);
	cr_assert_eq(session_input(s, buf_view(&message)), message.n);
	cr_assert_eq(hub_turn(h.hub), ERR_OK);
	buf_slice(&answer, session_output(s));
	*out = (struct tree){0};
	cr_assert_eq(tree_take(out, &answer), ERR_OK);
	cr_assert_eq(rpc_read(tree_root(out), &rpc, &why), ERR_OK);
	cr_assert_null(rpc.error, "%s", method);
	out->root = rpc.result;
	session_close(s);
}

static void add_wish(char code[16])
{
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(tree_free) struct tree t = {0};
	uint8_t request[16] = {1};

	pack_map(&b, 5);
	pack_kv_text(&b, "case", "J-0417");
	pack_kv_text(&b, "kind", "wens");
	pack_key(&b, "leefgebieden");
	pack_array(&b, 1);
	pack_str(&b, SLICE("werk"));
	pack_key(&b, "fields");
	pack_map(&b, 2);
	pack_kv_text(&b, "inhoud", "een brommer");
	pack_kv_text(&b, "kleur", "rood");
	pack_kv_bin(&b, "request", (struct slice){request, 16});
	ask("u01", "item.add", buf_view(&b), &t);
	snprintf(code, 16, "%.*s", SLICE_ARG(obj_bytes(obj_get(tree_root(&t), "item"))));
}

static void about(struct buf *b, const char *code, const char *verb)
{
	uint8_t request[16] = {2};

	pack_map(b, verb ? 4 : 2);
	pack_kv_text(b, "case", "J-0417");
	pack_kv_text(b, "item", code);
	if (!verb)
		return;
	pack_kv_text(b, "verb", verb);
	pack_kv_bin(b, "request", (struct slice){request, 16});
}

static const msgpack_object *field(const struct tree *t, const char *name)
{
	const msgpack_object *view = obj_get(obj_get(tree_root(t), "item"), "view");

	for (size_t l = 0; l < obj_n(view); l++)
		if (obj_get(obj_at(view, l), name))
			return obj_get(obj_at(view, l), name);
	return NULL;
}

Test(new_kind, it_is_added_over_the_wire_cut_by_level_and_moved)
{
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(buf_free) struct buf done = {0};
	CLEANUP(tree_free) struct tree whole = {0};
	CLEANUP(tree_free) struct tree less = {0};
	CLEANUP(tree_free) struct tree moved = {0};
	char code[16];

	add_wish(code);
	about(&b, code, NULL);
	ask("u01", "item.show", buf_view(&b), &whole);
	cr_expect(slice_is(obj_bytes(field(&whole, "inhoud")), "een brommer"));
	cr_expect(slice_is(obj_bytes(field(&whole, "kleur")), "rood"));
	ask("u11", "item.show", buf_view(&b), &less);
	cr_expect(slice_is(obj_bytes(field(&less, "kleur")), "rood"), "the signal");
	cr_expect_null(field(&less, "inhoud"), "and not the core");
	about(&done, code, "vervul");
	ask("u01", "item.move", buf_view(&done), &moved);
	cr_expect(slice_is(obj_bytes(obj_get(tree_root(&moved), "state")), "vervuld"));
}

Test(new_kind, its_fields_are_options_of_the_command_and_its_words_complete)
{
	const struct method *add = vocab_method(&brug_vocab, SLICE("item.add"));
	struct options o = {.positional = "kind",
			    .lists = {add->params, vocab_kind(&brug_vocab, SLICE("wens"))->fields}};
	char kind[] = "wens", option[] = "--kleur", value[] = "groem", right[] = "groen";
	char *argv[] = {kind, option, value, NULL};
	struct fault fault = {0};

	cr_assert_eq(options_read(3, argv, &o, &fault), ERR_OK);
	cr_expect_eq(options_check(&o, &fault), ERR_USAGE);
	cr_expect_not_null(strstr(fault.can, "groen"), "%s", fault.can);
	argv[2] = right;
	o.n = 0;
	cr_assert_eq(options_read(3, argv, &o, &fault), ERR_OK);
	cr_expect_eq(options_check(&o, &fault), ERR_OK);
}

Test(new_kind, it_is_explained_and_stands_in_the_protocol)
{
	CLEANUP(buf_free) struct buf page = {0};
	CLEANUP(buf_free) struct buf protocol = {0};

	describe_kind(vocab_kind(&brug_vocab, SLICE("wens")), NULL, 0, &page);
	buf_u8(&page, 0);
	cr_expect_not_null(strstr((char *)page.p, "rood, groen"));
	describe_protocol(&brug_vocab, &protocol);
	buf_u8(&protocol, 0);
	cr_expect_not_null(strstr((char *)protocol.p, "wens"));
}
