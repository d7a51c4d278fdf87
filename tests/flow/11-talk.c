/* Messaging: who reads, who is told, and what nobody else notices. */
#include "programs.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <openssl/evp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const int64_t day = 24LL * 60 * 60 * 1000;
static struct flow f;
static struct flow_case c;
static struct link *ruud; /* police too: sees of the plan as much as Daan */

/* On debts all may know the core, so that there is something to talk over; on the rest they may
 * not. */
static void set_up(void)
{
	struct link *admin;

	flow_begin(&f);
	flow_case(&f, &c);
	admin = flow_link(&f, "beheer@zvh");
	flow_person(&f, "ruud@pol", "Ruud Vos", "");
	for (int i = 0; i < 3; i++)
		flow_do(admin, "rule.add",
			"{\"rule\":\"p%d\",\"from_agency\":\"*\",\"category\":\"plan\",\"to\":\"%"
			"s\","
			"\"level\":\"kern\",\"leefgebieden\":[\"schulden\"],\"ground\":"
			"\"verband\"}",
			i, (const char *[]){"mila@ggz", "daan@pol", "ruud@pol"}[i]);
	link_close(admin);
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"ruud@pol\",\"role\":\"helper\",\"leefgebieden\":["
		"\"schulden\"],\"purposes\":[\"d1\"]}",
		c.code);
	ruud = flow_link(&f, "ruud@pol");
	flow_do(ruud, "member.accept", "{\"case\":\"%s\"}", c.code);
}

static void tear_down(void)
{
	link_close(ruud);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(talk, .init = set_up, .fini = tear_down);

static void say(struct link *l, const char *thread, const char *text, const char *more,
		char code[16], char thread_code[16])
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(l, "message.say", &t,
		  "{\"case\":\"%s\",\"thread\":\"%s\",\"fields\":{\"inhoud\":\"%s\"%s}", c.code,
		  thread, text, more);
	if (code)
		snprintf(code, 16, "%s", flow_text(&t, "item"));
	if (thread_code)
		snprintf(thread_code, 16, "%s", flow_text(&t, "thread"));
}

static enum err try_say(struct link *l, const char *thread, const char *text, const char *more,
			struct fault *fault)
{
	return flow_try(l, "message.say", NULL, fault,
			"{\"case\":\"%s\",\"thread\":\"%s\",\"fields\":{\"inhoud\":\"%s\"%s}",
			c.code, thread, text, more);
}

static int64_t number(const struct tree *t, const char *key)
{
	return obj_int(obj_get(tree_root(t), key), -1);
}

static int64_t inbox_number(struct link *l, const char *key)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(l, "inbox", &t, "{\"count\":true}");
	return number(&t, key);
}

static void thread(struct link *l, const char *name, struct tree *t)
{
	flow_call(l, "item.thread", t, "{\"case\":\"%s\",\"thread\":\"%s\"}", c.code, name);
}

static size_t messages_in(struct link *l, const char *name)
{
	CLEANUP(tree_free) struct tree t = {0};

	thread(l, name, &t);
	return obj_n(obj_get(tree_root(&t), "messages"));
}

/* "n/of" of the i-th message. */
static const char *read_by(struct link *l, const char *name, size_t i)
{
	CLEANUP(tree_free) struct tree t = {0};
	static char out[2][24];
	static unsigned at;
	const msgpack_object *r;

	thread(l, name, &t);
	r = obj_at(obj_get(tree_root(&t), "read"), i);
	snprintf(out[at % 2], 24, "%d/%d", (int)obj_int(obj_at(r, 0), -1),
		 (int)obj_int(obj_at(r, 1), -1));
	return out[at++ % 2];
}

static void read_all(struct link *l, const char *item)
{
	flow_do(l, "thread.read", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, item);
}

static struct slice state_of(struct link *l, const char *item, struct tree *t)
{
	flow_call(l, "item.show", t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, item);
	return obj_bytes(
		obj_get(obj_at(obj_get(obj_get(tree_root(t), "item"), "view"), 1), "state"));
}

/* -- threads ----------------------------------------------------------------------------------- */

Test(talk, a_thread_of_an_area_of_life_is_made_once_and_read_by_who_sees_its_core)
{
	char first[16], second[16], other[16];

	say(c.noor, "schulden", "De deurwaarder wil een voorstel.", "}", NULL, first);
	say(c.mila, "schulden", "Ik bel hem.", "}", NULL, second);
	cr_expect_str_eq(first, second, "one thread");
	say(c.noor, "schulden", "Over de huur.", "},\"subject\":\"Huur\"", NULL, other);
	cr_expect_str_neq(first, other, "a subject has its own");
	cr_expect_eq(messages_in(c.mila, "schulden"), 2);
	cr_expect_eq(messages_in(ruud, "schulden"), 2);
	cr_expect_eq(messages_in(ruud, other), 1);
	/* what is about something that he sees too little of is not there for him */
	say(c.mila, "psychisch", "Over de behandeling.", "}", NULL, other);
	cr_expect_eq(messages_in(c.daan, other), 0);
}

Test(talk, who_reads_is_said_before_writing_by_domain_too)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *domains;
	char message[16];

	flow_call(c.noor, "item.audience", &t, "{\"case\":\"%s\",\"thread\":\"schulden\"}", c.code);
	cr_expect_eq(number(&t, "people"), 4);
	cr_expect_eq(number(&t, "agencies"), 3);
	domains = obj_get(tree_root(&t), "domains");
	cr_expect_eq(obj_n(domains), 3);
	tree_free(&t);
	flow_call(c.noor, "item.audience", &t,
		  "{\"case\":\"%s\",\"thread\":\"schulden\",\"only\":[\"mila@ggz\"]}", c.code);
	cr_expect_eq(number(&t, "people"), 2);
	cr_expect_eq(messages_in(c.noor, "schulden"), 0, "asking made nothing");
	say(c.noor, "schulden", "Voor Mila.", "},\"only\":[\"mila@ggz\"]", message, NULL);
	tree_free(&t);
	flow_call(c.mila, "item.audience", &t, "{\"case\":\"%s\",\"thread\":\"%s\"}", c.code,
		  message);
	cr_expect_eq(number(&t, "people"), 2, "an answer is for who reads the question");
}

Test(talk, a_message_can_be_narrower_than_what_it_is_about_and_never_wider)
{
	struct fault fault = {0};
	char about[16], code[16];

	say(c.noor, "schulden", "Voor allen.", "}", NULL, about);
	say(c.noor, about, "Alleen voor Mila.", "},\"only\":[\"mila@ggz\"]", code, NULL);
	cr_expect_eq(messages_in(c.mila, about), 2);
	cr_expect_eq(messages_in(ruud, about), 1);
	/* whoever does not see the thing cannot be in the circle */
	say(c.mila, "psychisch", "Bij ons.", "}", NULL, about);
	cr_expect_eq(try_say(c.mila, about, "En Daan.", "},\"only\":[\"daan@pol\"]", &fault),
		     ERR_REFUSED);
	cr_expect(strstr(fault.text, "daan@pol"));
	fault_free(&fault);
	/* an answer is for who reads the question, and no way to widen it */
	say(c.mila, code, "Goed.", "}", NULL, NULL);
	cr_expect_eq(messages_in(ruud, "schulden"), 1);
	cr_expect_eq(messages_in(c.noor, "schulden"), 3);
}

/* -- two people -------------------------------------------------------------------------------- */

static bool finds(struct link *l, const char *word)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(l, "search", &t, "{\"text\":\"%s\"}", word);
	return obj_n(obj_get(tree_root(&t), "cases")) > 0;
}

Test(talk, what_two_people_say_to_each_other_is_theirs_alone)
{
	CLEANUP(tree_free) struct tree t = {0};
	char direct[16], same[16];

	say(c.mila, "daan@pol", "Kun jij bellen over Kwartelstraat?", "}", NULL, direct);
	say(c.daan, "mila@ggz", "Ja, morgen over Kwartelstraat.", "}", NULL, same);
	cr_expect_str_eq(direct, same, "one thread, whoever begins");
	cr_expect_eq(messages_in(c.mila, "daan@pol"), 2);
	cr_expect_eq(messages_in(c.daan, direct), 2);
	/* the casusregisseur, a colleague of the one: it is not there */
	cr_expect_eq(flow_try(c.noor, "item.show", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, direct),
		     ERR_NOTFOUND);
	cr_expect_eq(flow_try(ruud, "item.thread", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, direct),
		     ERR_NOTFOUND);
	cr_expect_eq(inbox_number(c.noor, "unread"), 0);
	cr_expect_eq(inbox_number(ruud, "unread"), 0);
	cr_expect(!finds(c.noor, "Kwartelstraat") && !finds(ruud, "Kwartelstraat"));
	cr_expect(finds(c.daan, "Kwartelstraat"));
	flow_call(c.noor, "case.plan", &t, "{\"case\":\"%s\",\"kind\":\"draad\"}", c.code);
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "items")), 0);
	cr_expect(!flow_on_disk(&f, "Kwartelstraat"));
}

Test(talk, nobody_writes_to_himself_or_to_who_takes_no_part)
{
	struct fault fault = {0};

	cr_expect_eq(try_say(c.noor, "noor@wijk", "x", "}", NULL), ERR_USAGE);
	cr_expect_eq(try_say(c.noor, "beheer@zvh", "x", "}", &fault), ERR_USAGE);
	cr_expect(strstr(fault.text, "beheer@zvh"));
	fault_free(&fault);
	cr_expect_eq(try_say(c.noor, "niemand@zvh", "x", "}", NULL), ERR_USAGE);
}

/* -- unread, read-by, mentions ----------------------------------------------------------------- */

Test(talk, unread_counts_what_others_said_since_and_goes_back_on_request)
{
	CLEANUP(tree_free) struct tree t = {0};
	char about[16], second[16];

	say(c.noor, "schulden", "Een.", "}", NULL, about);
	say(c.noor, "schulden", "Twee.", "}", second, NULL);
	cr_expect_eq(inbox_number(c.mila, "unread"), 2);
	cr_expect_eq(inbox_number(c.noor, "unread"), 0, "his own are not unread");
	thread(c.mila, "schulden", &t);
	cr_expect_eq(number(&t, "new"), 2);
	flow_do(c.mila, "thread.read", "{\"case\":\"%s\",\"item\":\"%s\",\"message\":\"%s\"}",
		c.code, about, second);
	cr_expect_eq(inbox_number(c.mila, "unread"), 0);
	say(c.noor, "schulden", "Drie.", "}", NULL, NULL);
	cr_expect_eq(inbox_number(c.mila, "unread"), 1);
	read_all(c.mila, about);
	flow_do(c.mila, "thread.read", "{\"case\":\"%s\",\"item\":\"%s\",\"unread\":true}", c.code,
		about);
	cr_expect_eq(inbox_number(c.mila, "unread"), 1, "the last one is unread again");
}

Test(talk, how_many_have_read_counts_the_audience_and_a_narrow_one_its_circle)
{
	char about[16];

	say(c.noor, "schulden", "Voor allen.", "}", NULL, about);
	say(c.noor, "schulden", "Voor Mila.", "},\"only\":[\"mila@ggz\"]", NULL, NULL);
	cr_expect_str_eq(read_by(c.noor, about, 0), "0/3");
	cr_expect_str_eq(read_by(c.noor, about, 1), "0/1");
	read_all(ruud, about);
	cr_expect_str_eq(read_by(c.noor, about, 0), "1/3");
	cr_expect_str_eq(read_by(c.noor, about, 1), "0/1", "Ruud read what he could");
	read_all(c.mila, about);
	cr_expect_str_eq(read_by(c.noor, about, 1), "1/1");
	cr_expect_str_eq(read_by(ruud, about, 0), "2/3");
}

static size_t not_read_by(struct link *l, const char *name)
{
	CLEANUP(tree_free) struct tree t = {0};

	thread(l, name, &t);
	return obj_n(obj_get(tree_root(&t), "waiting"));
}

Test(talk, who_has_not_read_the_last_is_named_to_who_may_ask_who_sees_it)
{
	char about[16];

	say(c.noor, "schulden", "Voor allen.", "}", NULL, about);
	cr_expect_eq(not_read_by(c.noor, about), 3);
	read_all(ruud, about);
	cr_expect_eq(not_read_by(c.noor, about), 2);
	cr_expect_eq(not_read_by(c.mila, about), 0, "not to others");
	say(c.noor, "schulden", "Voor Mila.", "},\"only\":[\"mila@ggz\"]", NULL, NULL);
	cr_expect_eq(not_read_by(c.noor, about), 1, "of those it is for");
}

Test(talk, who_is_named_finds_it_and_who_would_not_read_it_is_not_named)
{
	struct fault fault = {0};
	char about[16];

	say(c.noor, "schulden", "@mila kun jij dit? En @ruud@pol ook.", "}", NULL, about);
	cr_expect_eq(inbox_number(c.mila, "mentions"), 1);
	cr_expect_eq(inbox_number(ruud, "mentions"), 1);
	cr_expect_eq(inbox_number(c.daan, "mentions"), 0);
	say(c.mila, "psychisch", "Bij ons.", "}", NULL, about);
	cr_expect_eq(try_say(c.mila, about, "@daan@pol kijk eens", "}", &fault), ERR_REFUSED);
	cr_expect(strstr(fault.text, "daan@pol"));
	cr_expect(strlen(fault.can) > 0);
	fault_free(&fault);
	cr_expect_eq(try_say(c.mila, about, "mail naar info@pol.nl", "}", NULL), ERR_OK,
		     "what names nobody is a text like any other");
	cr_expect_eq(try_say(c.mila, about, "x", ",\"gevraagd\":[\"daan@pol\"]}", NULL),
		     ERR_REFUSED);
}

/* -- what is hidden ---------------------------------------------------------------------------- */

/* All that Ruud can ask about talking, in one text. */
static void all_he_sees(struct buf *out)
{
	static const char *const asked[][2] = {{"inbox", ""},
					       {"inbox", ",\"count\":true"},
					       {"item.thread", ",\"thread\":\"schulden\""},
					       {"item.audience", ",\"thread\":\"schulden\""},
					       {"case.plan", ",\"kind\":\"draad\""},
					       {"search", ",\"text\":\"geheim\""}};

	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		CLEANUP(tree_free) struct tree t = {0};

		flow_call(ruud, asked[i][0], &t, "{\"case\":\"%s\"%s}", c.code, asked[i][1]);
		pack_object(out, tree_root(&t));
	}
}

Test(talk, what_is_said_without_him_changes_nothing_he_can_ask)
{
	CLEANUP(buf_wipe) struct buf before = {0};
	CLEANUP(buf_wipe) struct buf after = {0};
	char about[16], hidden[16], direct[16];

	say(c.noor, "schulden", "Voor allen.", "}", NULL, about);
	say(c.noor, "schulden", "Weet jij dit?", ",\"gevraagd\":[\"mila@ggz\"]}", NULL, NULL);
	all_he_sees(&before);
	say(c.noor, about, "geheim @mila", "},\"only\":[\"mila@ggz\"]", hidden, NULL);
	say(c.mila, hidden, "geheim antwoord", "}", NULL, NULL);
	say(c.mila, about, "geheim, niet voor Ruud", "},\"only\":[\"noor@wijk\"]", NULL, NULL);
	say(c.mila, "daan@pol", "geheim", "}", NULL, direct);
	say(c.noor, "mila@ggz", "geheim", "}", NULL, NULL);
	read_all(c.daan, direct);
	all_he_sees(&after);
	cr_expect(slice_eq(buf_view(&before), buf_view(&after)), "not a byte of difference");
	/* and what he may not see answers as what is not there */
	for (int i = 0; i < 2; i++) {
		const char *code = i ? "ZZZZ" : hidden;

		cr_expect_eq(try_say(ruud, code, "x", "}", NULL), ERR_NOTFOUND);
		cr_expect_eq(flow_try(ruud, "thread.read", NULL, NULL,
				      "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, code),
			     ERR_NOTFOUND);
		cr_expect_eq(flow_try(ruud, "attach.list", NULL, NULL,
				      "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, code),
			     ERR_NOTFOUND);
	}
}

/* -- questions --------------------------------------------------------------------------------- */

Test(talk, a_question_is_answered_when_all_who_were_asked_have_answered)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree later = {0};
	char question[16];

	say(c.noor, "schulden", "Wie belt?",
	    ",\"soort\":\"vraag\",\"gevraagd\":[\"mila@ggz\",\"ruud@pol\"]}", question, NULL);
	cr_expect_eq(inbox_number(c.mila, "asked"), 1);
	say(c.mila, question, "Ik.", "}", NULL, NULL);
	cr_expect_eq(inbox_number(c.mila, "asked"), 0);
	cr_expect(slice_is(state_of(c.noor, question, &t), "verstuurd"));
	say(ruud, question, "Ik niet.", "}", NULL, NULL);
	cr_expect(slice_is(state_of(c.noor, question, &later), "beantwoord"));
}

static size_t signals(struct link *l)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(l, "case.plan", &t, "{\"case\":\"%s\",\"kind\":\"signaal\"}", c.code);
	return obj_n(obj_get(tree_root(&t), "items"));
}

static void rule_for_signals(void)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	flow_do(admin, "agreement.put",
		"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":["
		"\"zvh\",\"wijk\",\"ggz\",\"pol\"],\"purposes\":[{\"purpose\":\"d1\",\"text\":"
		"\"steun\"},{\"purpose\":\"d2\",\"text\":\"veiligheid\"}],\"ceilings\":["
		"{\"category\":\"plan\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_level\":"
		"\"inhoud\"},"
		"{\"category\":\"proces\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_level\":"
		"\"inhoud\"}],\"caps\":[{\"category\":\"proces\",\"level\":\"inhoud\"}]}");
	flow_do(admin, "rule.add",
		"{\"rule\":\"proces\",\"from_agency\":\"*\",\"category\":\"proces\",\"to\":\"all\","
		"\"level\":\"inhoud\",\"ground\":\"convenant\"}");
	link_close(admin);
}

Test(talk, a_question_nobody_answers_in_time_is_asked_about_among_its_readers_alone)
{
	CLEANUP(tree_free) struct tree t = {0};
	char question[16], more[128];
	int tries = 0;

	rule_for_signals();
	snprintf(more, sizeof(more),
		 ",\"soort\":\"vraag\",\"gevraagd\":[\"mila@ggz\"],\"termijn\":\"%s\"},\"only\":["
		 "\"mila@ggz\"]",
		 flow_date(2));
	say(c.noor, "schulden", "Lukt dit?", more, question, NULL);
	flow_clock(&f, 4 * day);
	while (!signals(c.noor) && tries++ < 500)
		poll(NULL, 0, 10);
	cr_expect_eq(signals(c.noor), 1);
	cr_expect_eq(signals(c.mila), 1);
	cr_expect_eq(signals(ruud), 0, "the question was not for him, nor what came of it");
	cr_expect(slice_is(state_of(c.noor, question, &t), "onbeantwoord"));
}

Test(talk, a_message_can_be_changed_for_ten_minutes_and_then_only_taken_back)
{
	static const char set[] = "{\"case\":\"%s\",\"item\":\"%s\",\"rev\":%d,\"fields\":{"
				  "\"inhoud\":\"%s\"}}";
	char code[16];

	say(c.noor, "schulden", "Tikfuot.", "}", code, NULL);
	flow_do(c.noor, "item.set", set, c.code, code, 1, "Tikfout.");
	cr_expect_eq(flow_try(c.mila, "item.set", NULL, NULL, set, c.code, code, 2, "Anders."),
		     ERR_REFUSED);
	flow_clock(&f, 11 * 60 * 1000);
	cr_expect_eq(flow_try(c.noor, "item.set", NULL, NULL, set, c.code, code, 2, "Toch anders."),
		     ERR_REFUSED);
	flow_do(c.noor, "item.move",
		"{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"withdraw\",\"why\":\"vergissing\"}",
		c.code, code);
	cr_expect_eq(inbox_number(c.mila, "unread"), 0, "what was taken back asks nothing");
}

Test(talk, a_message_that_was_read_does_not_go_back_to_earlier_words)
{
	char code[16];

	say(c.noor, "schulden", "Kom om drie uur.", "}", code, NULL);
	flow_do(c.noor, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"inhoud\":\"Kom om vier "
		"uur.\"}}",
		c.code, code);
	flow_clock(&f, 5 * 60 * 60 * 1000);
	cr_expect_eq(flow_try(c.noor, "item.undo", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, code),
		     ERR_REFUSED);
}

Test(talk, a_message_is_not_narrowed_it_follows_what_it_is_about)
{
	char code[16];

	say(c.noor, "schulden", "Voor allen.", "}", code, NULL);
	cr_expect_eq(flow_try(c.noor, "item.narrow", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"mila@ggz\",\"level\":"
			      "\"geen\",\"why\":\"x\"}",
			      c.code, code),
		     ERR_USAGE);
}

/* -- attachments ------------------------------------------------------------------------------- */

enum { SIZE = 120000 };

static void fill(uint8_t *bytes, uint8_t hash[32])
{
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 251);
	memcpy(bytes, "Rapport-Lindegracht", 19);
	EVP_Digest(bytes, SIZE, hash, NULL, EVP_sha256(), NULL);
}

static enum err change(struct link *l, const char *method, struct buf *pairs, unsigned n,
		       struct tree *out)
{
	CLEANUP(buf_free) struct buf params = {0};
	struct fault fault = {0};
	uint8_t request[16];
	enum err err;

	request_draw(request);
	pack_kv_text(pairs, "case", c.code);
	pack_kv_bin(pairs, "request", (struct slice){request, sizeof(request)});
	pack_map(&params, n + 2);
	buf_slice(&params, buf_view(pairs));
	err = link_call(l, method, buf_view(&params), out, &fault);
	fault_free(&fault);
	buf_free(pairs);
	return err;
}

static enum err begin(struct link *l, const char *item, const uint8_t hash[32], int64_t size,
		      struct tree *out)
{
	struct buf pairs = {0};

	tree_free(out);
	pack_kv_text(&pairs, "item", item);
	pack_kv_text(&pairs, "name", "Lindegracht.pdf");
	pack_kv_int(&pairs, "size", size);
	pack_kv_bin(&pairs, "hash", (struct slice){hash, 32});
	return change(l, "attach.begin", &pairs, 4, out);
}

static enum err put(struct link *l, const char *id, int64_t n, const uint8_t *bytes, size_t size)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct buf pairs = {0};

	pack_kv_text(&pairs, "attachment", id);
	pack_kv_int(&pairs, "n", n);
	pack_kv_bin(&pairs, "bytes", (struct slice){bytes, size});
	return change(l, "attach.put", &pairs, 3, &t);
}

static enum err end(struct link *l, const char *id)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct buf pairs = {0};

	pack_kv_text(&pairs, "attachment", id);
	return change(l, "attach.end", &pairs, 1, &t);
}

static size_t attached(struct link *l, const char *item)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(l, "attach.list", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, item);
	return obj_n(obj_get(tree_root(&t), "attachments"));
}

Test(talk, an_attachment_goes_on_where_it_broke_off_and_is_whole_or_not_there)
{
	static uint8_t bytes[SIZE];
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree again = {0};
	char message[16], id[24];
	uint8_t hash[32];

	fill(bytes, hash);
	say(c.noor, "schulden", "Met bijlage.", "}", message, NULL);
	cr_assert_eq(begin(c.noor, message, hash, SIZE, &t), ERR_OK);
	snprintf(id, sizeof(id), "%s", flow_text(&t, "attachment"));
	cr_expect_eq(number(&t, "chunk"), 49152);
	cr_expect_eq(put(c.noor, id, 0, bytes, 49152), ERR_OK);
	cr_expect_eq(put(c.noor, id, 2, bytes, 49152), ERR_USAGE, "in order");
	cr_expect_eq(put(c.mila, id, 1, bytes, 49152), ERR_NOTFOUND, "of one person");
	cr_expect_eq(end(c.noor, id), ERR_CONFLICT);
	cr_expect_eq(attached(c.mila, message), 0, "not whole yet");
	cr_assert_eq(begin(c.noor, message, hash, SIZE, &again), ERR_OK);
	cr_expect_str_eq(flow_text(&again, "attachment"), id);
	cr_expect_eq(number(&again, "next"), 1);
	cr_expect_eq(put(c.noor, id, 1, bytes + 49152, 49152), ERR_OK);
	cr_expect_eq(put(c.noor, id, 2, bytes + 98304, SIZE - 98304), ERR_OK);
	cr_expect_eq(end(c.noor, id), ERR_OK);
	cr_expect_eq(attached(c.mila, message), 1);
	cr_expect_eq(flow_try(c.mila, "attach.drop", NULL, NULL,
			      "{\"case\":\"%s\",\"attachment\":\"%s\"}", c.code, id),
		     ERR_REFUSED);
	cr_expect(!flow_on_disk(&f, "Rapport-Lindegracht") && !flow_on_disk(&f, "Lindegracht.pdf"));
}

Test(talk, what_hangs_on_a_message_that_was_read_stays_until_it_is_taken_back)
{
	static uint8_t bytes[SIZE];
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree more = {0};
	char message[16], id[24];
	uint8_t hash[32];

	fill(bytes, hash);
	say(c.noor, "schulden", "Met bijlage.", "}", message, NULL);
	cr_assert_eq(begin(c.noor, message, hash, SIZE, &t), ERR_OK);
	snprintf(id, sizeof(id), "%s", flow_text(&t, "attachment"));
	for (int i = 0; i * 49152 < SIZE; i++)
		cr_assert_eq(
			put(c.noor, id, i, bytes + i * 49152, i < 2 ? 49152 : SIZE - 2 * 49152),
			ERR_OK);
	cr_assert_eq(end(c.noor, id), ERR_OK);
	flow_clock(&f, 5 * 60 * 60 * 1000);
	cr_expect_eq(flow_try(c.noor, "attach.drop", NULL, NULL,
			      "{\"case\":\"%s\",\"attachment\":\"%s\"}", c.code, id),
		     ERR_REFUSED);
	cr_expect_eq(begin(c.noor, message, hash, SIZE, &more), ERR_REFUSED,
		     "and nothing is added");
	flow_do(c.noor, "item.move",
		"{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"withdraw\",\"why\":\"de verkeerde "
		"brief\"}",
		c.code, message);
	flow_do(c.noor, "attach.drop", "{\"case\":\"%s\",\"attachment\":\"%s\"}", c.code, id);
	cr_expect_eq(attached(c.noor, message), 0, "openly taken back, a wrong file can go");
}

Test(talk, an_attachment_is_for_who_reads_all_of_what_it_hangs_on_and_each_look_is_logged)
{
	static uint8_t bytes[SIZE];
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree piece = {0};
	char message[16], id[24];
	uint8_t hash[32];

	fill(bytes, hash);
	say(c.noor, "schulden", "Alleen Mila.", "},\"only\":[\"mila@ggz\"]", message, NULL);
	cr_assert_eq(begin(c.noor, message, hash, 100, &t), ERR_OK);
	snprintf(id, sizeof(id), "%s", flow_text(&t, "attachment"));
	cr_expect_eq(put(c.noor, id, 0, bytes, 100), ERR_OK);
	cr_expect_eq(end(c.noor, id), ERR_CONFLICT, "what came is not what was announced");
	tree_free(&t);
	EVP_Digest(bytes, 100, hash, NULL, EVP_sha256(), NULL);
	cr_assert_eq(begin(c.noor, message, hash, 100, &t), ERR_OK);
	snprintf(id, sizeof(id), "%s", flow_text(&t, "attachment"));
	cr_expect_eq(put(c.noor, id, 0, bytes, 100), ERR_OK);
	cr_expect_eq(end(c.noor, id), ERR_OK);
	flow_call(c.mila, "attach.get", &piece, "{\"case\":\"%s\",\"attachment\":\"%s\"}", c.code,
		  id);
	cr_expect(slice_eq(obj_bytes(obj_get(tree_root(&piece), "bytes")),
			   (struct slice){bytes, 100}));
	cr_expect_eq(flow_try(ruud, "attach.get", NULL, NULL,
			      "{\"case\":\"%s\",\"attachment\":\"%s\"}", c.code, id),
		     ERR_NOTFOUND);
	cr_expect_eq(flow_try(ruud, "attach.get", NULL, NULL,
			      "{\"case\":\"%s\",\"attachment\":\"b123\"}", c.code),
		     ERR_NOTFOUND, "one answer");
	cr_expect_eq(begin(c.noor, message, hash, 11LL * 1024 * 1024, &t), ERR_LIMIT);
	cr_expect_eq(begin(c.mila, message, hash, 100, &t), ERR_REFUSED,
		     "a message's author hangs");
}

/* -- at the terminal --------------------------------------------------------------------------- */

static struct program p;
static const char noor[] = "noor@wijk", mila[] = "mila@ggz";

static void at_the_terminal(void)
{
	setenv("TERM", "dumb", 1);
	setenv("LANGUAGE", "nl", 1);
	setenv("COLUMNS", "80", 1);
	BRUG(&f, &p, noor, NULL, "use", c.code);
	BRUG(&f, &p, mila, NULL, "use", c.code);
}

Test(talk, on_the_screen_one_says_reads_answers_and_finds_what_is_new)
{
	at_the_terminal();
	BRUG(&f, &p, noor, "@mila wil jij bellen?", "say", c.code, "schulden", "--soort", "vraag",
	     "--gevraagd", mila);
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, noor, "subject: Huur\ninhoud: de huur loopt", "say", "schulden", "--subject");
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, mila, NULL, "inbox");
	cr_expect(program_said(&p, "schulden › Huur") && program_said(&p, "1 noemt u"), "%s",
		  p.out);
	cr_expect_leq(program_width(&p), 80);
	BRUG(&f, &p, mila, NULL, "inbox", "--count");
	cr_expect_str_eq(p.out, "2\n");
	program_run(&f, &p, mila, NULL, (const char *const[]){"brug", NULL});
	cr_expect(program_said(&p, "brug inbox"), "%s", p.out);
	BRUG(&f, &p, mila, NULL, "thread", "schulden");
	cr_expect(program_said(&p, "nieuw") && program_said(&p, "gelezen 0/3"), "%s", p.out);
	cr_expect_leq(program_width(&p), 80);
	BRUG(&f, &p, mila, "ja, morgen", "answer", "1");
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, noor, NULL, "draad", "schulden");
	cr_expect(program_said(&p, "op 1") && program_said(&p, "beantwoord"), "%s", p.out);
	BRUG(&f, &p, mila, NULL, "inbox", "--count");
	cr_expect_str_eq(p.out, "1\n", "what was shown is read");
	BRUG(&f, &p, mila, "onder ons", "zeg", noor);
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, noor, NULL, "thread", mila);
	cr_expect(program_said(&p, "onder ons") && program_said(&p, "alleen:"), "%s", p.out);
	BRUG(&f, &p, noor, NULL, "say");
	cr_expect_eq(p.status, ERR_USAGE);
	cr_expect(program_said(&p, "J-0417 schulden"), "%s", p.err);
}

Test(talk, before_writing_one_reads_who_will_read_it)
{
	static const char *const say_it[] = {"brug", "say", "schulden", NULL};
	char path[128];
	FILE *out;

	at_the_terminal();
	snprintf(path, sizeof(path), "%s/editor", f.dir);
	out = fopen(path, "we");
	fprintf(out, "#!/bin/sh\nprintf 'inhoud:\\nwij bellen\\n' >\"$1\"\n");
	fclose(out);
	chmod(path, 0700);
	setenv("EDITOR", path, 1);
	unsetenv("VISUAL");
	program_on_terminal(&f, &p, noor, say_it);
	program_wait(&p);
	cr_expect_eq(p.status, 0, "%s", p.out);
	cr_expect(program_said(&p, "Dit lezen 4 mensen van 3 organisaties."), "%s", p.out);
	cr_expect(program_said(&p, "veiligheid 2"), "%s", p.out);
	cr_expect_eq(messages_in(c.mila, "schulden"), 1);
}

Test(talk, who_watches_sees_a_message_come_with_its_thread_and_whether_it_is_to_him)
{
	static const char *const watch[] = {"brug", "watch", NULL};

	at_the_terminal();
	say(c.noor, "schulden", "Eerst.", "},\"subject\":\"Huur\"", NULL, NULL);
	program_on_terminal(&f, &p, mila, watch);
	program_expect(&p, c.code);
	say(c.noor, "schulden", "@mila bel jij?", "},\"subject\":\"Huur\"", NULL, NULL);
	program_expect(&p, "schulden › Huur  noor@wijk → u: @mila bel jij?");
	kill(p.pid, SIGINT);
	program_wait(&p);
}

Test(talk, a_message_becomes_an_item_of_the_plan_with_its_text_to_begin_with)
{
	char message[16];

	at_the_terminal();
	say(c.noor, "schulden", "Huurbaas bellen voor vrijdag.", "}", message, NULL);
	BRUG(&f, &p, noor, "", "promote", message, "actie", "--termijn", "2027-01-01");
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, noor, "Huurbaas mailen.", "maak-er", message, "actie");
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, noor, NULL, "plan", "--leefgebied", "schulden");
	cr_expect(program_said(&p, "bellen voor vrijdag") && program_said(&p, "mailen"), "%s",
		  p.out);
	BRUG(&f, &p, noor, "", "promote", "ZZZZ", "actie");
	cr_expect_eq(p.status, ERR_NOTFOUND);
}

Test(talk, a_file_goes_up_and_comes_down_as_it_was)
{
	char path[128], message[16];
	FILE *out;

	at_the_terminal();
	snprintf(path, sizeof(path), "%s/brief.txt", f.dir);
	out = fopen(path, "we");
	for (int i = 0; i < 5000; i++)
		fprintf(out, "regel %d\n", i);
	fclose(out);
	say(c.noor, "schulden", "Zie bijlage.", "}", message, NULL);
	BRUG(&f, &p, noor, NULL, "attach", message, path);
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, mila, NULL, "attachments", message);
	cr_expect(program_said(&p, "brief.txt"), "%s", p.out);
	BRUG(&f, &p, mila, NULL, "fetch", message, "1");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(!strncmp(p.out, "regel 0\n", 8) && strstr(p.out, "regel 4999\n"));
	BRUG(&f, &p, mila, NULL, "detach", message, "1");
	cr_expect_eq(p.status, ERR_REFUSED);
	BRUG(&f, &p, noor, NULL, "detach", message, "1");
	cr_expect_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, mila, NULL, "fetch", message, "1");
	cr_expect_eq(p.status, ERR_USAGE);
}

/* In any of the drafts on this person's device. */
static bool on_device(const char *who, const char *text)
{
	struct home h = flow_home(&f, who);
	static char bytes[65536];
	char folder[1200], path[1500];
	bool found = false;
	struct dirent *e;
	size_t n = 0;
	DIR *d = opendir(home_state(&h, "drafts", folder));

	while (d && (e = readdir(d))) {
		FILE *in;

		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%.1190s/%.255s", folder, e->d_name);
		in = fopen(path, "re");
		cr_assert_not_null(in);
		found = memmem(bytes, fread(bytes, 1, sizeof(bytes), in), text, strlen(text)) ||
			found;
		fclose(in);
		n++;
	}
	if (d)
		closedir(d);
	cr_expect_gt(n, 0);
	return found;
}

Test(talk, what_is_said_while_the_server_is_away_lies_sealed_and_goes_once_by_itself_in_order)
{
	at_the_terminal();
	say(c.noor, "schulden", "Eerst.", "}", NULL, NULL);
	link_close(ruud);
	ruud = NULL;
	flow_case_close(&c);
	c.noor = c.mila = c.daan = NULL;
	cr_assert_eq(flow_stop(&f), 0);
	BRUG(&f, &p, noor, "de huisbaas Zandstra belde", "say", "schulden");
	cr_expect_eq(p.status, ERR_UNREACHABLE, "%d %s", p.status, p.err);
	cr_expect(program_said(&p, "brug drafts send"), "%s", p.err);
	BRUG(&f, &p, noor, "daarna de bank", "say", mila);
	cr_expect_eq(p.status, ERR_UNREACHABLE);
	cr_expect(!on_device(noor, "Zandstra"));
	flow_start(&f);
	BRUG(&f, &p, noor, NULL, "thread", "schulden");
	cr_expect(program_said(&p, "2 teksten"), "%s", p.err);
	cr_expect_eq(program_said_times(&p, "Zandstra"), 1, "%s", p.out);
	BRUG(&f, &p, noor, NULL, "thread", "schulden");
	cr_expect(!program_said(&p, "teksten"), "%s", p.err);
	cr_expect_eq(program_said_times(&p, "Zandstra"), 1, "once");
	BRUG(&f, &p, mila, NULL, "thread", noor);
	cr_expect_eq(program_said_times(&p, "daarna de bank"), 1, "%s", p.out);
	BRUG(&f, &p, noor, NULL, "drafts");
	cr_expect(!program_said(&p, "message.say"), "%s", p.out);
}
