/* What was doubted, and holds: erasure, emergency access, consent and what never could match. */
#include "programs.h"
#include "keyring.h"
#include "keys.h"
#include "store.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct flow f;
static struct flow_case c;
static struct link *beheer, *jeffrey, *fg;
static char note[16];

static void set_up(void)
{
	setenv("LANGUAGE", "en", 1);
	flow_begin(&f);
	flow_case(&f, &c);
	beheer = flow_link(&f, "beheer@zvh");
	flow_do(beheer, "agency.put",
		"{\"agency\":\"inwoner\",\"name\":\"Inwoners\",\"domain\":\"client\"}");
	flow_person(&f, "jeffrey@inwoner", "Jeffrey", "");
	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	jeffrey = flow_link(&f, "jeffrey@inwoner");
	fg = flow_link(&f, "fg@zvh");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"jeffrey@inwoner\",\"role\":\"betrokkene\","
		"\"purposes\":[\"d1\",\"d2\"]}",
		c.code);
	flow_do(jeffrey, "member.accept", "{\"case\":\"%s\"}", c.code);
	flow_add(
		c.mila, c.code, note,
		"{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"leefgebieden\":[\"psychisch\"]"
		",\"fields\":{\"signaal\":\"zorg loopt\",\"kern\":\"prikkelarm\",\"inhoud\":"
		"\"KANARIE-bevindingen\"}}");
}

static void tear_down(void)
{
	link_close(beheer);
	link_close(jeffrey);
	link_close(fg);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(proof, .init = set_up, .fini = tear_down, .timeout = 200);

static void close_case(void)
{
	static const char *const phases[] = {"afschaling", "nazorg", "gesloten"};

	for (int i = 0; i < 3; i++)
		flow_do(c.noor, "case.phase",
			"{\"case\":\"%s\",\"phase\":\"%s\",\"why\":\"klaar\"}", c.code, phases[i]);
}

/* -- erasure ----------------------------------------------------------------------------------- */

static bool opens(struct keyring *k, const struct walk *w, size_t skip, const char *text)
{
	CLEANUP(buf_wipe) struct buf out = {0};

	return w->val.n > skip &&
	       keyring_open_seal(k, 0, get_be64(w->key.p), get_be64(w->key.p + 8),
				 (struct slice){w->val.p + skip, w->val.n - skip},
				 &out) == ERR_OK &&
	       memmem(out.p, out.n, text, strlen(text));
}

/* How many kept answers there are, and in how many the text stands for who has all that is left. */
static size_t kept_answers(const char *text, size_t *with)
{
	struct keyring *k = NULL;
	struct store *s = NULL;
	char master[128];
	struct walk w;
	size_t n = 0;

	*with = 0;
	snprintf(master, sizeof(master), "%s/master.key", f.state);
	cr_assert_eq(keyring_open(f.state, master, &k), ERR_OK);
	cr_assert_eq(store_open(&(struct store_conf){.dir = f.state}, &s), ERR_OK);
	for (store_walk(s, TAB_REQUEST, SLICE(""), &w); w.on; store_next(&w), n++)
		*with += opens(k, &w, 16, text);
	store_walk_end(&w);
	store_close(s);
	keyring_close(k);
	return n;
}

Test(proof, an_answer_kept_for_a_retry_is_erased_with_the_case_it_was_given_in)
{
	CLEANUP(tree_free) struct tree t = {0};
	size_t with;

	flow_call(
		jeffrey, "consent.give", &t,
		"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[\"pol\"],"
		"\"purposes\":[\"d1\"],\"sentence\":\"KANARIEZIN: de politie mag het weten\"}",
		c.code);
	flow_do(jeffrey, "consent.withdraw", "{\"case\":\"%s\",\"consent\":\"%s\"}", c.code,
		flow_text(&t, "consent"));
	close_case();
	flow_do(fg, "case.erase", "{\"case\":\"%s\",\"why\":\"verzoek\"}", c.code);
	cr_assert_eq(flow_stop(&f), 0);
	cr_expect_gt(kept_answers("KANARIEZIN", &with), 0);
	cr_expect_eq(with, 0, "%zu kept answers still hold what he agreed to", with);
	cr_expect_gt(kept_answers(c.code, &with), 0);
	cr_expect_gt(with, 0, "that a case was made or erased is no text: those still answer");
	flow_start(&f);
}

/* -- emergency access -------------------------------------------------------------------------- */

static bool is_told(struct link *l, const char *what)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	flow_call(l, "today", &t, "{}");
	list = obj_get(tree_root(&t), "notices");
	for (size_t i = 0; i < obj_n(list); i++)
		if (slice_is(obj_bytes(obj_get(obj_at(list, i), "what")), what))
			return true;
	return false;
}

static void join_owners(int n)
{
	char handle[24];

	for (int i = 0; i < n; i++) {
		struct link *l;

		snprintf(handle, sizeof(handle), "z%d@ggz", i);
		flow_person(&f, handle, "Z", "\"behandelaar\"");
		l = flow_link(&f, handle);
		flow_do(c.noor, "member.invite",
			"{\"case\":\"%s\",\"person\":\"%s\",\"role\":\"helper\",\"leefgebieden\":["
			"\"psychisch\"],\"purposes\":[\"d1\"],\"treating\":true}",
			c.code, handle);
		flow_do(l, "member.accept", "{\"case\":\"%s\"}", c.code);
		link_close(l);
	}
}

Test(proof, however_many_work_at_the_owner_lead_and_privacy_officer_are_told_of_an_emergency)
{
	join_owners(65);
	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"acute_onveiligheid\",\"why\":\"x\"}",
		c.code, note);
	cr_expect(is_told(fg, "emergency"), "who has to judge it");
	cr_expect(is_told(c.noor, "emergency"), "who leads the case");
	cr_expect(is_told(c.mila, "emergency"), "and the owner's people, as many as fit");
}

static enum err emergency_on(const char *item)
{
	return flow_try(c.daan, "emergency.open", NULL, NULL,
			"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"x\"}",
			c.code, item);
}

Test(proof, no_emergency_reaches_a_message_or_what_is_learned_and_nobody_is_told)
{
	CLEANUP(tree_free) struct tree t = {0};
	char learned[16];

	flow_call(c.mila, "message.say", &t,
		  "{\"case\":\"%s\",\"thread\":\"%s\",\"fields\":{\"inhoud\":\"geheim\"}}", c.code,
		  note);
	flow_add(c.mila, c.code, learned,
		 "{\"kind\":\"reflectie\",\"fields\":{\"inhoud\":\"wat ik leerde\"}}");
	cr_expect_eq(emergency_on(flow_text(&t, "item")), ERR_NOTFOUND);
	cr_expect_eq(emergency_on(learned), ERR_NOTFOUND);
	cr_expect_not(is_told(fg, "emergency"));
	cr_expect_not(is_told(c.mila, "emergency"));
}
