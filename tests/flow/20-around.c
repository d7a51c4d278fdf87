/* Nobody goes round what he may not: not by another role, another name, or another door. */
#include "programs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct flow f;
static struct flow_case c;
static struct link *beheer;

static void set_up(void)
{
	flow_begin(&f);
	flow_case(&f, &c);
	beheer = flow_link(&f, "beheer@zvh");
	flow_do(beheer, "agency.put",
		"{\"agency\":\"inwoner\",\"name\":\"Inwoners\",\"domain\":\"client\"}");
}

static void tear_down(void)
{
	link_close(beheer);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(around, .init = set_up, .fini = tear_down);

static enum err invite(const char *case_code, const char *who, const char *role)
{
	return flow_try(c.noor, "member.invite", NULL, NULL,
			"{\"case\":\"%s\",\"person\":\"%s\",\"role\":\"%s\",\"purposes\":[\"d1\"]}",
			case_code, who, role);
}

/* Made, joined, invited by Noor, and taking part. */
static struct link *bring(const char *who, const char *name, const char *role)
{
	struct link *l;

	flow_person(&f, who, name, "");
	l = flow_link(&f, who);
	cr_assert_eq(invite(c.code, who, role), ERR_OK);
	flow_do(l, "member.accept", "{\"case\":\"%s\"}", c.code);
	return l;
}

static void mandate(struct link *by, const char *who, const char *category)
{
	flow_do(by, "mandate.give", "{\"case\":\"%s\",\"person\":\"%s\",\"categories\":[\"%s\"]}",
		c.code, who, category);
}

static enum err consent(struct link *by, const char *to, const char *people)
{
	return flow_try(
		by, "consent.give", NULL, NULL,
		"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[%s],"
		"\"people\":[%s],\"purposes\":[\"d1\"],\"witness\":\"x\"}",
		c.code, to, people);
}

/* -- taking part ------------------------------------------------------------------------------- */

Test(around, a_helper_is_never_made_the_person_of_a_case)
{
	flow_person(&f, "nina@wijk", "Nina Vos", "");
	flow_person(&f, "jeffrey@inwoner", "Jeffrey", "");
	cr_expect_eq(invite(c.code, "nina@wijk", "betrokkene"), ERR_REFUSED);
	cr_expect_eq(invite(c.code, "jeffrey@inwoner", "helper"), ERR_REFUSED,
		     "an agency that signed nothing is there for the person's side alone");
	cr_expect_eq(invite(c.code, "jeffrey@inwoner", "betrokkene"), ERR_OK);
}

static void phase(struct link *by, const char *case_code, const char *to, enum err expected)
{
	cr_expect_eq(flow_try(by, "case.phase", NULL, NULL,
			      "{\"case\":\"%s\",\"phase\":\"%s\",\"why\":\"x\"}", case_code, to),
		     expected, "%s", to);
}

Test(around, who_weighs_a_case_is_not_sent_away_by_who_wants_it_taken_in)
{
	static const char end[] = "{\"case\":\"%s\",\"person\":\"sam@zvh\",\"why\":\"x\"}";
	CLEANUP(tree_free) struct tree t = {0};
	struct link *sam;
	char code[16];

	flow_person(&f, "sam@zvh", "Sam de Wit", "\"procesregisseur\"");
	sam = flow_link(&f, "sam@zvh");
	flow_call(c.noor, "case.new", &t,
		  "{\"agreement\":\"delta\",\"name\":\"Iemand\",\"purposes\":[\"d1\"],\"process\":"
		  "\"sam@zvh\"}");
	snprintf(code, sizeof(code), "%s", flow_text(&t, "case"));
	flow_do(sam, "member.accept", "{\"case\":\"%s\"}", code);
	phase(c.noor, code, "triage", ERR_OK);
	cr_expect_eq(flow_try(c.noor, "member.end", NULL, NULL, end, code), ERR_REFUSED);
	phase(c.noor, code, "actief", ERR_REFUSED);
	phase(sam, code, "actief", ERR_OK);
	cr_expect_eq(flow_try(c.noor, "member.end", NULL, NULL, end, code), ERR_OK);
	cr_expect_eq(invite(code, "daan@pol", "procesregisseur"), ERR_REFUSED,
		     "the partnership says who is a procesregisseur");
	link_close(sam);
}

Test(around, the_person_stays_in_his_own_case)
{
	struct link *jeffrey = bring("jeffrey@inwoner", "Jeffrey", "betrokkene");

	cr_expect_eq(flow_try(c.noor, "member.end", NULL, NULL,
			      "{\"case\":\"%s\",\"person\":\"jeffrey@inwoner\",\"why\":\"x\"}",
			      c.code),
		     ERR_REFUSED);
	flow_do(jeffrey, "case.report", "{\"case\":\"%s\"}", c.code);
	link_close(jeffrey);
}

/* -- speaking for the person ------------------------------------------------------------------- */

Test(around, a_consent_for_a_colleague_by_name_is_one_for_the_own_agency)
{
	struct link *jeffrey = bring("jeffrey@inwoner", "Jeffrey", "betrokkene"),
		    *nina = bring("nina@wijk", "Nina Vos", "helper");

	cr_expect_eq(consent(c.noor, "", "\"nina@wijk\""), ERR_REFUSED);
	cr_expect_eq(consent(c.noor, "", "\"daan@pol\""), ERR_OK);
	cr_expect_eq(consent(jeffrey, "", "\"nina@wijk\""), ERR_OK, "the person may");
	link_close(nina);
	link_close(jeffrey);
}

Test(around, who_speaks_for_the_person_does_not_consent_for_herself_or_her_agency)
{
	struct link *jeffrey = bring("jeffrey@inwoner", "Jeffrey", "betrokkene"),
		    *sanne = bring("sanne@wijk", "Sanne Kramer", "ondersteuner");

	mandate(jeffrey, "sanne@wijk", "gezondheid");
	cr_expect_eq(consent(sanne, "", "\"sanne@wijk\""), ERR_REFUSED);
	cr_expect_eq(consent(sanne, "\"wijk\"", ""), ERR_REFUSED);
	cr_expect_eq(consent(sanne, "", "\"noor@wijk\""), ERR_REFUSED);
	cr_expect_eq(consent(sanne, "\"pol\"", ""), ERR_OK);
	link_close(sanne);
	link_close(jeffrey);
}

static size_t consents_of(struct link *l)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(l, "consent.list", &t, "{\"case\":\"%s\"}", c.code);
	return obj_n(obj_get(tree_root(&t), "consents"));
}

static enum err own_words(struct link *l)
{
	return flow_try(l, "item.add", NULL, NULL,
			"{\"case\":\"%s\",\"kind\":\"zelfbeeld\",\"fields\":{\"inhoud\":\"x\"}}",
			c.code);
}

Test(around, a_supporter_without_a_mandate_speaks_for_nobody)
{
	struct link *jeffrey = bring("jeffrey@inwoner", "Jeffrey", "betrokkene"),
		    *sanne = bring("sanne@inwoner", "Sanne Kramer", "ondersteuner");

	cr_assert_eq(consent(jeffrey, "\"pol\"", ""), ERR_OK);
	for (int with = 0; with < 2; with++) {
		enum err expected = with ? ERR_OK : ERR_REFUSED;

		if (with)
			mandate(jeffrey, "sanne@inwoner", "plan");
		cr_expect_eq(
			flow_try(sanne, "case.report", NULL, NULL, "{\"case\":\"%s\"}", c.code),
			expected);
		cr_expect_eq(flow_try(sanne, "log.read", NULL, NULL, "{\"case\":\"%s\"}", c.code),
			     expected);
		cr_expect_eq(flow_try(sanne, "verzoek.ask", NULL, NULL,
				      "{\"case\":\"%s\",\"what\":\"wissen\",\"text\":\"x\"}",
				      c.code),
			     expected);
		/* a mandate for the plan is none for his own words, nor for his health */
		cr_expect_eq(own_words(sanne), ERR_REFUSED);
		cr_expect_eq(consents_of(sanne), 0);
	}
	mandate(jeffrey, "sanne@inwoner", "zelf");
	cr_expect_eq(own_words(sanne), ERR_OK);
	mandate(jeffrey, "sanne@inwoner", "gezondheid");
	cr_expect_eq(consents_of(sanne), 1);
	link_close(sanne);
	link_close(jeffrey);
}
