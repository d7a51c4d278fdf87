/* Watching: each change reaches all who watch, in order, once, and nobody hears of what he may not
 * know. */
#include "flow.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

static struct flow f;
static struct flow_case c;

static void set_up(void)
{
	flow_begin(&f);
	flow_case(&f, &c);
}

static void tear_down(void)
{
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(watch, .init = set_up, .fini = tear_down);

/* What a watching client holds: code, level and the bytes of the view, by code. */
struct holding {
	struct {
		char code[8];
		size_t level;
		struct buf view;
	} v[64];
	size_t n, shows, retracts;
	struct buf cursor;
	bool reset;
};

static void let_go(struct holding *h)
{
	for (size_t i = 0; i < h->n; i++)
		buf_free(&h->v[i].view);
	h->n = 0;
}

static void holding_free(struct holding *h)
{
	let_go(h);
	buf_free(&h->cursor);
}

static size_t place(struct holding *h, struct slice code)
{
	size_t i = 0;

	while (i < h->n && !slice_is(code, h->v[i].code))
		i++;
	return i;
}

static int add_bytes(void *data, const char *p, size_t n)
{
	buf_add(data, p, n);
	return 0;
}

static void hold(struct holding *h, const msgpack_object *item)
{
	size_t i = place(h, obj_bytes(obj_get(item, "item")));
	msgpack_packer pk;

	if (i == h->n)
		h->v[h->n++].view = (struct buf){0};
	snprintf(h->v[i].code, 8, "%.*s", SLICE_ARG(obj_bytes(obj_get(item, "item"))));
	h->v[i].level = obj_n(obj_get(item, "view"));
	h->v[i].view.n = 0;
	msgpack_packer_init(&pk, &h->v[i].view, add_bytes);
	msgpack_pack_object(&pk, *obj_get(item, "view"));
	h->shows++;
}

static void drop(struct holding *h, struct slice code)
{
	size_t i = place(h, code);

	cr_assert_lt(i, h->n, "what is retracted was held");
	buf_free(&h->v[i].view);
	h->v[i] = h->v[--h->n];
	h->retracts++;
}

static void take(struct holding *h, const msgpack_object *events)
{
	const msgpack_object *list = obj_get(events, "events");
	struct slice cursor = obj_bytes(obj_get(events, "cursor"));

	h->reset = obj_bool(obj_get(events, "reset"));
	if (h->reset)
		let_go(h);
	for (size_t i = 0; i < obj_n(list); i++)
		if (obj_get(obj_at(list, i), "show"))
			hold(h, obj_get(obj_at(list, i), "show"));
		else
			drop(h, obj_bytes(obj_get(obj_at(list, i), "retract")));
	if (!cursor.n)
		return;
	h->cursor.n = 0;
	buf_slice(&h->cursor, cursor);
}

static void watch(struct link *l, struct holding *h)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct fault fault = {0};

	pack_map(&params, h->cursor.n ? 2 : 1);
	pack_kv_text(&params, "case", c.code);
	if (h->cursor.n)
		pack_kv_bin(&params, "since", buf_view(&h->cursor));
	cr_assert_eq(link_call(l, "case.watch", buf_view(&params), &t, &fault), ERR_OK, "%s",
		     fault.text);
	take(h, tree_root(&t));
}

/* Takes pushes until so many events have come; more than that within a moment is an error too. */
static void wait_events(struct link *l, struct holding *h, size_t events)
{
	size_t want = h->shows + h->retracts + events;

	while (h->shows + h->retracts < want) {
		CLEANUP(tree_free) struct tree t = {0};
		struct fault fault = {0};
		struct slice name;

		cr_assert_eq(link_next(l, 10000, &name, &t, &fault), ERR_OK, "%s", fault.text);
		if (slice_is(name, "notice"))
			continue;
		cr_assert(slice_is(name, "case.event"), "an event comes");
		take(h, tree_root(&t));
	}
	cr_assert_eq(h->shows + h->retracts, want);
}

/* An answer comes after all pushes of the turns before: what is not there then will not come. */
static void nothing_came(struct link *l)
{
	struct fault fault = {0};
	struct slice name;
	struct tree t;

	flow_do(l, "ping", "{}");
	cr_assert_eq(link_next(l, 0, &name, &t, &fault), ERR_OK);
	cr_expect_eq(name.n, 0, "no push");
	tree_free(&t);
}

static void same(const struct holding *a, struct holding *fresh)
{
	cr_assert_eq(a->n, fresh->n);
	for (size_t i = 0; i < a->n; i++) {
		size_t j = place(fresh, slice_of(a->v[i].code));

		cr_assert_lt(j, fresh->n);
		cr_expect_eq(a->v[i].level, fresh->v[j].level);
		cr_expect(slice_eq(buf_view(&a->v[i].view), buf_view(&fresh->v[j].view)),
			  "the same bytes for %s", a->v[i].code);
	}
}

/* Snapshot and events together are a fresh snapshot. */
static void as_fresh(const char *handle, const struct holding *h)
{
	CLEANUP(holding_free) struct holding fresh = {0};
	struct link *l = flow_link(&f, handle);

	watch(l, &fresh);
	cr_expect(fresh.reset);
	same(h, &fresh);
	link_close(l);
}

Test(watch, a_change_reaches_each_watcher_as_much_as_he_may_know)
{
	CLEANUP(holding_free) struct holding noor = {0};
	CLEANUP(holding_free) struct holding daan = {0};
	char code[16];

	watch(c.noor, &noor);
	watch(c.daan, &daan);
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\",\"termijn\":\"2027-01-01\"}}");
	wait_events(c.noor, &noor, 1);
	wait_events(c.daan, &daan, 1);
	cr_expect_eq(noor.v[0].level, LEVEL_INHOUD);
	cr_expect_eq(daan.v[0].level, LEVEL_SIGNAAL);
	as_fresh("noor@wijk", &noor);
	as_fresh("daan@pol", &daan);
}

Test(watch, a_change_he_cannot_see_leaves_no_trace)
{
	CLEANUP(holding_free) struct holding daan = {0};
	char action[16], note[16];

	flow_add(c.noor, c.code, action, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}");
	watch(c.daan, &daan);
	flow_add(c.mila, c.code, note,
		 "{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"inhoud\":"
		 "\"geheim\"}}");
	flow_do(c.noor, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"toelichting\":\"voor "
		"doeners\"}}",
		c.code, action);
	nothing_came(c.daan);
	flow_do(c.noor, "item.move", "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"start\"}", c.code,
		action);
	wait_events(c.daan, &daan, 1);
	as_fresh("daan@pol", &daan);
}

Test(watch, consent_shows_and_its_withdrawal_retracts_on_open_screens)
{
	CLEANUP(holding_free) struct holding noor = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct link *jeffrey, *admin = flow_link(&f, "beheer@zvh");
	char note[16];

	flow_do(admin, "agency.put",
		"{\"agency\":\"client\",\"name\":\"Client\",\"domain\":\"client\"}");
	flow_do(admin, "rule.add",
		"{\"rule\":\"g1\",\"from_agency\":\"ggz\",\"category\":\"gezondheid\",\"to\":"
		"\"role=casusregisseur\",\"level\":\"kern\",\"consent\":true,\"ground\":\"WGBO\","
		"\"until\":\"%s\"}",
		flow_date(100));
	flow_person(&f, "jeffrey@client", "Jeffrey", "");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"jeffrey@client\",\"role\":\"betrokkene\","
		"\"purposes\":[\"d1\",\"d2\"]}",
		c.code);
	jeffrey = flow_link(&f, "jeffrey@client");
	flow_do(jeffrey, "member.accept", "{\"case\":\"%s\"}", c.code);
	flow_add(c.mila, c.code, note,
		 "{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"kern\":"
		 "\"prikkelarm\",\"inhoud\":\"alles\"}}");
	watch(c.noor, &noor);
	cr_expect_eq(noor.n, 0);
	flow_call(jeffrey, "consent.give", &t,
		  "{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":["
		  "\"wijk\"],\"purposes\":[\"d1\"]}",
		  c.code);
	wait_events(c.noor, &noor, 1);
	cr_assert_eq(noor.n, 1);
	cr_expect_eq(noor.v[0].level, LEVEL_KERN);
	flow_do(jeffrey, "consent.withdraw", "{\"case\":\"%s\",\"consent\":\"%s\"}", c.code,
		flow_text(&t, "consent"));
	wait_events(c.noor, &noor, 1);
	cr_expect_eq(noor.n, 0);
	cr_expect_eq(noor.retracts, 1);
	as_fresh("noor@wijk", &noor);
	link_close(jeffrey);
	link_close(admin);
}

Test(watch, narrowing_retracts_and_its_end_shows_again)
{
	CLEANUP(holding_free) struct holding daan = {0};
	char code[16];

	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}");
	watch(c.daan, &daan);
	flow_do(c.noor, "item.narrow",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"domain=veiligheid\",\"level\":\"geen\","
		"\"why\":\"x\"}",
		c.code, code);
	wait_events(c.daan, &daan, 1);
	cr_expect_eq(daan.n, 0);
	flow_do(c.noor, "item.narrow",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"domain=veiligheid\",\"level\":"
		"\"inhoud\",\"why\":\"x\"}",
		c.code, code);
	wait_events(c.daan, &daan, 1);
	as_fresh("daan@pol", &daan);
}

Test(watch, who_is_put_out_of_the_case_is_left_with_nothing)
{
	CLEANUP(holding_free) struct holding daan = {0};
	char code[16];

	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}");
	watch(c.daan, &daan);
	flow_do(c.noor, "member.end", "{\"case\":\"%s\",\"person\":\"daan@pol\",\"why\":\"klaar\"}",
		c.code);
	wait_events(c.daan, &daan, 1);
	cr_expect_eq(daan.n, 0);
	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"y\"}}");
	nothing_came(c.daan);
}

/* A hundred changes, the link cut again and again and the server restarted now and then: each
 * change once, in order. */
Test(watch, nothing_is_missed_or_repeated_across_cut_links_and_restarts)
{
	CLEANUP(holding_free) struct holding mila = {0};
	struct link *l = flow_link(&f, "mila@ggz");
	char code[16];
	size_t before;

	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"afspraak\",\"fields\":{\"inhoud\":\"x\",\"uitvoerder\":\"mila@ggz\"}"
		 "}");
	watch(l, &mila);
	before = mila.shows;
	for (int i = 1; i <= 100; i++) {
		flow_do(c.noor, "item.set",
			"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":%d,\"fields\":{\"toelichting\":"
			"\"nummer %d\"}}",
			c.code, code, i, i);
		if (i % 7 == 3) {
			link_close(l);
			l = NULL;
		}
		if (i % 25 == 0) {
			flow_case_close(&c);
			if (l)
				link_close(l);
			l = NULL;
			if (i % 50 == 0)
				flow_kill(&f);
			else
				cr_assert_eq(flow_stop(&f), 0);
			flow_start(&f);
			c.noor = flow_link(&f, "noor@wijk");
			c.mila = flow_link(&f, "mila@ggz");
			c.daan = flow_link(&f, "daan@pol");
		}
		if (!l && i % 7 == 5) {
			l = flow_link(&f, "mila@ggz");
			watch(l, &mila);
			cr_expect_not(mila.reset, "her sight did not move");
		}
	}
	if (!l) {
		l = flow_link(&f, "mila@ggz");
		watch(l, &mila);
	}
	if (mila.shows - before < 100)
		wait_events(l, &mila, 100 - (mila.shows - before));
	cr_expect_eq(mila.shows - before, 100, "each revision once");
	as_fresh("mila@ggz", &mila);
	link_close(l);
}

Test(watch, the_cursor_of_somebody_else_is_none)
{
	CLEANUP(holding_free) struct holding mila = {0};
	CLEANUP(holding_free) struct holding daan = {0};
	struct link *one = flow_link(&f, "mila@ggz"), *other = flow_link(&f, "daan@pol");
	char code[16];

	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}");
	watch(one, &mila);
	buf_slice(&daan.cursor, buf_view(&mila.cursor));
	watch(other, &daan);
	cr_expect_eq(mila.n, 1);
	cr_expect_eq(daan.n, 1, "he is shown all he sees, as one who comes without");
	link_close(one);
	link_close(other);
}

Test(watch, an_old_cursor_after_sight_moved_gives_a_reset)
{
	CLEANUP(holding_free) struct holding daan = {0};
	struct link *l = flow_link(&f, "daan@pol");
	char code[16];

	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}");
	watch(l, &daan);
	cr_expect_eq(daan.n, 1);
	link_close(l);
	flow_do(c.noor, "item.narrow",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"daan@pol\",\"level\":\"geen\",\"why\":"
		"\"x\"}",
		c.code, code);
	l = flow_link(&f, "daan@pol");
	watch(l, &daan);
	cr_expect(daan.reset);
	cr_expect_eq(daan.n, 0);
	link_close(l);
}

/* An earlier revision is shown under the rights of today: who was away when it was still open to
 * him does not get it afterwards. */
Test(watch, what_was_restricted_meanwhile_is_not_shown_to_who_catches_up)
{
	CLEANUP(holding_free) struct holding daan = {0};
	struct link *l = flow_link(&f, "daan@pol");
	char code[16];
	size_t before;

	watch(l, &daan);
	before = daan.shows;
	link_close(l);
	flow_add(c.mila, c.code, code,
		 "{\"kind\":\"notitie\",\"category\":\"plan\",\"fields\":{\"signaal\":\"zorgen\","
		 "\"kern\":\"k\",\"inhoud\":\"i\"}}");
	flow_do(c.mila, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"signaal\":\"anders\"}}",
		c.code, code);
	flow_do(c.mila, "item.restrict", "{\"case\":\"%s\",\"item\":\"%s\",\"why\":\"AVG 18\"}",
		c.code, code);
	l = flow_link(&f, "daan@pol");
	watch(l, &daan);
	cr_expect_eq(daan.shows, before);
	link_close(l);
}
