/* Decide, append, apply: what a request's fate is when the journal says no. The journal here is the
 * one fake there is. */
#include "clock.h"
#include "keys.h"
#include "rpc.h"
#include "world_hub.h"

#include <criterion/criterion.h>

#include <stdio.h>

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
TestSuite(decide, .init = set_up, .fini = tear_down);

static struct session *session_of(const char *who)
{
	return world_hub_session(&h, world_person(who));
}

/* Sends one request through the session and gives back the answer: the error's code, or 0. */
static int ask(struct session *s, const char *method, struct slice params, struct tree *out)
{
	CLEANUP(buf_free) struct buf message = {0};
	CLEANUP(buf_free) struct buf answer = {0};
	const char *why;
	struct rpc rpc;

	rpc_request(&message, 7, method, params);
	cr_assert_eq(session_input(s, buf_view(&message)), message.n);
	cr_assert_eq(hub_turn(h.hub), ERR_OK);
	buf_slice(&answer, session_output(s));
	session_sent(s, answer.n);
	*out = (struct tree){0};
	cr_assert_eq(tree_take(out, &answer), ERR_OK);
	cr_assert_eq(rpc_read(tree_root(out), &rpc, &why), ERR_OK);
	out->root = rpc.error ? rpc.error : rpc.result;
	return rpc.error ? (int)obj_int(obj_get(rpc.error, "code"), -1) : 0;
}

static void add_params(struct buf *b, uint8_t mark)
{
	uint8_t request[16] = {mark};

	pack_map(b, 4);
	pack_kv_text(b, "case", "J-0417");
	pack_kv_text(b, "kind", "doel");
	pack_key(b, "fields");
	pack_map(b, 1);
	pack_kv_text(b, "inhoud", "een doel");
	pack_kv_bin(b, "request", (struct slice){request, sizeof(request)});
}

static int add(struct session *s, uint8_t mark, char item[16])
{
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(tree_free) struct tree t = {0};
	int code;

	add_params(&b, mark);
	code = ask(s, "item.add", buf_view(&b), &t);
	snprintf(item, 16, "%.*s", SLICE_ARG(obj_bytes(obj_get(tree_root(&t), "item"))));
	return code;
}

Test(decide, a_change_is_synced_before_it_is_answered)
{
	struct session *s = session_of("u01");
	char item[16];

	cr_expect_eq(add(s, 1, item), 0);
	cr_expect_eq(h.journal.syncs, 1);
	cr_expect_eq(h.journal.head[LOG_FACTS], store_position(h.w.store));
	session_close(s);
}

Test(decide, when_the_head_moved_it_is_decided_again)
{
	struct session *s = session_of("u01");
	char item[16];

	h.journal.next = LOG_CONFLICT;
	cr_expect_eq(add(s, 1, item), 0);
	cr_expect_eq(h.journal.appends, 3, "refused, kept, and its entry in the log");
	session_close(s);
}

Test(decide, when_the_journal_is_full_or_away_it_is_said_and_nothing_is_kept)
{
	struct session *s = session_of("u01");
	uint64_t before = store_position(h.w.store);
	char item[16];

	h.journal.next = LOG_FULL;
	cr_expect_eq(add(s, 1, item), ERR_FULL);
	h.journal.next = LOG_UNAVAILABLE;
	cr_expect_eq(add(s, 2, item), ERR_AWAY);
	cr_expect_eq(store_position(h.w.store), before);
	session_close(s);
}

Test(decide, when_the_outcome_is_not_known_the_request_id_tells)
{
	struct session *s = session_of("u01");
	char item[16];

	h.journal.next = LOG_UNKNOWN; /* it was not kept: decided again */
	cr_expect_eq(add(s, 1, item), 0);
	h.journal.next = LOG_UNKNOWN; /* the engine is away too: nobody can tell */
	h.journal.away = true;
	cr_expect_eq(add(s, 2, item), ERR_UNKNOWN);
	h.journal.away = false;
	cr_expect_eq(add(s, 2, item), 0, "the same request again is safe");
	session_close(s);
}

Test(decide, the_same_request_is_answered_again_and_not_done_again)
{
	struct session *s = session_of("u01");
	uint64_t position;
	char one[16], two[16];

	cr_expect_eq(add(s, 1, one), 0);
	position = store_position(h.w.store);
	cr_expect_eq(add(s, 1, two), 0);
	cr_expect_str_eq(one, two);
	cr_expect_eq(store_position(h.w.store), position);
	session_close(s);
}

/* A cut may leave the change on the disk and take its entry in the log away. */
Test(decide, the_same_request_answered_again_is_logged_again)
{
	struct session *s = session_of("u01");
	uint64_t seen;
	char item[16];

	cr_expect_eq(add(s, 1, item), 0);
	seen = store_seen_position(h.w.store);
	cr_expect_eq(add(s, 1, item), 0);
	cr_expect_eq(store_seen_position(h.w.store), seen + 1);
	session_close(s);
}

Test(decide, a_change_whose_entry_does_not_fit_is_not_called_undone)
{
	struct session *s = session_of("u01");
	uint64_t before = store_position(h.w.store);
	char item[16];

	h.journal.seen = LOG_FULL;
	cr_expect_eq(add(s, 1, item), ERR_UNKNOWN);
	cr_expect_eq(*item, 0, "nothing is shown");
	cr_expect_eq(store_position(h.w.store), before + 1);
	h.journal.seen = LOG_OK;
	cr_expect_eq(add(s, 1, item), 0, "the same request again is answered");
	cr_expect_eq(store_position(h.w.store), before + 1);
	session_close(s);
}

Test(decide, a_journal_that_failed_ends_the_turn_with_nothing_answered)
{
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(buf_free) struct buf message = {0};
	struct session *s = session_of("u01");

	h.journal.next = LOG_CORRUPT;
	add_params(&b, 1);
	rpc_request(&message, 7, "item.add", buf_view(&b));
	session_input(s, buf_view(&message));
	cr_expect_eq(hub_turn(h.hub), ERR_INTERNAL);
	cr_expect_eq(session_output(s).n, 0);
	session_close(s);
}

/* Every method there is, asked about the case by somebody who takes no part in it: a row that
 * forgets its right fails here. */
static int ask_anything(struct session *s, const struct method *m)
{
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(buf_free) struct buf pairs = {0};
	CLEANUP(tree_free) struct tree t = {0};
	unsigned n = 0;

	for (const struct field *f = m->params; f->name; f++) {
		if (!(f->flags & F_REQUIRED))
			continue;
		pack_key(&pairs, f->name);
		if (f->type == T_CASE)
			pack_text(&pairs, "J-0417");
		else if (f->type == T_PERSON)
			pack_text(&pairs, "u01@wijk");
		else if (f->type == T_WORD)
			pack_text(&pairs, f->words[0]);
		else if (f->type == T_INT)
			pack_int(&pairs, f->lo);
		else if (f->type == T_FIELDS)
			pack_map(&pairs, 0);
		else if (f->type == T_BIN)
			pack_bin(&pairs, SLICE("x"));
		else if (f->type == T_TIME)
			pack_text(&pairs, "2027-01-01");
		else if (f->type == T_WORDS || f->type == T_NAMES)
			pack_array(&pairs, 1), pack_text(&pairs, f->words ? f->words[0] : "d1");
		else if (f->type == T_RECORDS)
			pack_array(&pairs, 0);
		else
			pack_text(&pairs, f->type == T_ITEM ? "7QK2" : "x");
		n++;
	}
	if (m->write) {
		pack_kv_bin(&pairs, "request", SLICE("0123456789abcdef"));
		n++;
	}
	pack_map(&b, n);
	buf_slice(&b, buf_view(&pairs));
	return ask(s, m->name, buf_view(&b), &t);
}

Test(decide, who_takes_no_part_in_a_case_gets_nothing_from_any_method)
{
	struct rec_block block = {.person = world_person("u08"), .from = 1};
	struct key k = key_2(h.w.case_id, block.person);
	struct session *s;

	world_set(&h.w, h.w.case_id, TAB_BLOCK, key_view(&k), REC_block, &block);
	h.journal.head[LOG_FACTS] = store_position(h.w.store);
	s = session_of("u08");
	for (const struct method *m = brug_vocab.methods; m->name; m++) {
		int code = m->right == RIGHT_JOIN ? ERR_REFUSED : ask_anything(s, m);

		if (m->case_param)
			cr_expect_eq(code, ERR_NOTFOUND, "%s: %d", m->name, code);
		else if (m->right != RIGHT_PERSON)
			cr_expect(code == ERR_REFUSED || code == ERR_USAGE, "%s: %d", m->name,
				  code);
	}
	session_close(s);
}
