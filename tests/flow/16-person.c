/* The person: his plan on paper, what he said yes to, his voice, and his supporter beside him. */
#include "programs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct flow f;
static struct flow_case c;
static struct link *jeffrey, *sanne;
static struct program p;
static char goal[16], note[16];

static void partnership(void)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	flow_do(admin, "agency.put",
		"{\"agency\":\"inwoner\",\"name\":\"Inwoners\",\"domain\":\"client\"}");
	flow_do(admin, "agency.put",
		"{\"agency\":\"co\",\"name\":\"Ondersteuning\",\"domain\":\"client\"}");
	flow_do(admin, "agreement.put",
		"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":["
		"\"zvh\",\"wijk\",\"ggz\",\"pol\",\"co\"],"
		"\"purposes\":[{\"purpose\":\"d1\",\"text\":\"steun\"},{\"purpose\":\"d2\","
		"\"text\":\"veiligheid\"}],"
		"\"ceilings\":[{\"category\":\"plan\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_"
		"level\":\"inhoud\"},{\"category\":\"gezondheid\",\"to\":\"betrokkene\",\"level\":"
		"\"inhoud\",\"consent_level\":\"inhoud\"}],"
		"\"caps\":[{\"category\":\"plan\",\"level\":\"signaal\"}]}");
	flow_do(admin, "rule.add",
		"{\"rule\":\"avg\",\"from_agency\":\"*\",\"category\":\"gezondheid\",\"to\":\"role="
		"betrokkene\",\"level\":\"inhoud\",\"ground\":\"AVG 15\"}");
	link_close(admin);
}

static struct link *comes(const char *handle, const char *name, const char *part)
{
	struct link *l;

	flow_person(&f, handle, name, "");
	l = flow_link(&f, handle);
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"%s\",\"purposes\":[\"d1\",\"d2\"],%s}", c.code,
		handle, part);
	flow_do(l, "member.accept", "{\"case\":\"%s\"}", c.code);
	return l;
}

static void set_up(void)
{
	setenv("LANGUAGE", "nl", 1);
	flow_begin(&f);
	flow_case(&f, &c);
	partnership();
	jeffrey = comes("jeffrey@inwoner", "Jeffrey Vink", "\"role\":\"betrokkene\"");
	sanne = comes("sanne@co", "Sanne Kramer",
		      "\"role\":\"ondersteuner\",\"for\":\"jeffrey@inwoner\"");
	flow_do(jeffrey, "mandate.give",
		"{\"case\":\"%s\",\"person\":\"sanne@co\",\"categories\":[\"plan\",\"zelf\"]}",
		c.code);
	flow_add(c.noor, c.code, goal,
		 "{\"kind\":\"doel\",\"fields\":{\"inhoud\":\"<b>Werk</b> & geld\"}}");
	flow_add(c.mila, c.code, note,
		 "{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"signaal\":"
		 "\"zorg loopt\",\"kern\":\"prikkelarm\",\"inhoud\":\"KANARIE-bevindingen\"}}");
}

static void tear_down(void)
{
	link_close(jeffrey);
	link_close(sanne);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(person, .init = set_up, .fini = tear_down);

Test(person, his_plan_on_paper_has_what_he_may_know_and_no_more_than_who_prints_it_knows)
{
	char secret[16];

	flow_add(
		c.noor, c.code, secret,
		"{\"kind\":\"feit\",\"fields\":{\"inhoud\":\"MERELFEIT\",\"kern\":\"MERELFEIT\"}}");
	BRUG(&f, &p, "noor@wijk", NULL, "show", secret, "--case", c.code);
	cr_expect(program_said(&p, "MERELFEIT"), "she knows it");
	BRUG(&f, &p, "noor@wijk", NULL, "print", c.code, "--for", "client");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "Mijn plan"));
	cr_expect(program_said(&p, "Werk"));
	cr_expect(program_said(&p, "Mila Jansen"), "who takes part");
	cr_expect_not(program_said(&p, "MERELFEIT"), "he may not know it");
	cr_expect_not(program_said(&p, "KANARIE"), "she may not know it");
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "print", c.code);
	cr_expect(program_said(&p, "KANARIE"), "%s", p.out);
	BRUG(&f, &p, "sanne@co", NULL, "druk-af", c.code);
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect_not(program_said(&p, "KANARIE"), "not in her mandate");
	BRUG(&f, &p, "noor@wijk", NULL, "print", c.code, "--for", "politie");
	cr_expect_eq(p.status, ERR_USAGE);
	BRUG(&f, &p, "daan@pol", NULL, "print", c.code);
	cr_expect_eq(p.status, ERR_REFUSED, "what is kept from him is not for all to find out");
}

Test(person, a_page_is_html_a_screen_reader_can_read_and_nobody_writes_into_it)
{
	static const char *const page[][2] = {
		{"print", "Mijn plan"}, {"report", "Wie keek"}, {"export", "opgeschreven"}};

	for (size_t i = 0; i < 3; i++) {
		BRUG(&f, &p, "jeffrey@inwoner", NULL, page[i][0], c.code, "--html");
		cr_expect_eq(p.status, 0, "%s", p.err);
		cr_expect(program_said(&p, page[i][1]), "%s", page[i][0]);
		cr_expect(program_said(&p, "<html lang=\"nl\">"));
		cr_expect(program_said(&p, "<th scope=\"col\">"));
		cr_expect(program_said(&p, "@media print"));
		cr_expect_not(program_said(&p, "<script"));
		cr_expect_not(program_said(&p, "<b>Werk"), "%s", page[i][0]);
	}
	cr_expect(program_said(&p, "&lt;b&gt;Werk&lt;/b&gt; &amp; geld"));
}

Test(person, a_page_can_be_had_as_pdf_and_a_folder_that_is_not_there_is_named)
{
	char path[128], begin[6] = "";
	FILE *in;

	snprintf(path, sizeof(path), "%s/plan.pdf", f.dir);
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "print", c.code, "--pdf", path);
	cr_expect_eq(p.status, 0, "%s", p.err);
	in = fopen(path, "re");
	cr_assert_not_null(in);
	cr_expect_not_null(fgets(begin, sizeof(begin), in));
	fclose(in);
	cr_expect_str_eq(begin, "%PDF-");
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "report", c.code, "--pdf", "/nowhere/a.pdf");
	cr_expect_eq(p.status, ERR_USAGE);
	cr_expect(program_said(&p, "--pdf"), "%s", p.err);
}

Test(person, the_sentence_he_said_yes_to_is_sealed_and_shown_in_the_list_and_when_he_takes_it_back)
{
	CLEANUP(tree_free) struct tree t = {0};

	BRUG(&f, &p, "jeffrey@inwoner", NULL, "consent", "give", "gezondheid", "--agency", "ggz",
	     "--to", "wijk,pol", "--level", "kern", "--purposes", "d1", "--case", c.code);
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "Dit gaat over uw gezondheid"), "before: %s", p.err);
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "consent", "list", c.code);
	cr_expect(program_said(&p, "Dit gaat over uw gezondheid, zoals GGZ Rivierland het weet"),
		  "%s", p.out);
	cr_expect(program_said(&p, "hoogstens: kern"));
	cr_expect(program_said(&p, "voor: d1"));
	cr_expect_not(flow_on_disk(&f, "gaat over uw gezondheid"));
	flow_call(jeffrey, "consent.list", &t, "{\"case\":\"%s\"}", c.code);
	{
		const msgpack_object *first = obj_at(obj_get(tree_root(&t), "consents"), 0);
		char id[32];

		snprintf(id, sizeof(id), "%.*s", SLICE_ARG(obj_bytes(obj_get(first, "consent"))));
		BRUG(&f, &p, "jeffrey@inwoner", NULL, "consent", "withdraw", id, "--case", c.code);
		cr_expect(program_said(&p, "Dit geldt niet meer:"), "%s", p.out);
		cr_expect(program_said(&p, "Wijkteam Zuid"), "%s", p.out);
	}
}

Test(person, all_that_is_held_is_all_and_in_words_he_reads)
{
	flow_do(jeffrey, "consent.give",
		"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[\"wijk\"],"
		"\"purposes\":[\"d1\"],\"sentence\":\"Dit is de ZIN.\"}",
		c.code);
	flow_do(jeffrey, "verzoek.ask",
		"{\"case\":\"%s\",\"what\":\"inzage\",\"text\":\"Ik wil ALLES zien\"}", c.code);
	flow_do(jeffrey, "item.object", "{\"case\":\"%s\",\"item\":\"%s\",\"text\":\"NIET waar\"}",
		c.code, note);
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "export", c.code, "--html");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "Dit is de ZIN."));
	cr_expect(program_said(&p, "Ik wil ALLES zien"));
	cr_expect(program_said(&p, "NIET waar"));
	cr_expect(program_said(&p, "Noor Bakker"));
	cr_expect(program_said(&p, "uw vaste contact"), "roles too");
	cr_expect(program_said(&p, "waar het over gaat"));
	cr_expect_not(program_said(&p, ">category<"));
	cr_expect_not(program_said(&p, ">agency<"));
}

Test(person, his_supporter_acts_with_him_as_far_as_his_mandate_goes)
{
	BRUG(&f, &p, "sanne@co", "Hij werd niet gehoord", "voice", "--case", c.code, "--gehoord",
	     "2");
	cr_expect_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, "sanne@co", "Dat wil hij niet zo", "object", goal, "--case", c.code);
	cr_expect_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, "sanne@co", "Dat klopt niet", "object", note, "--case", c.code);
	cr_expect_eq(p.status, ERR_NOTFOUND, "she does not see it");
	BRUG(&f, &p, "sanne@co", NULL, "consent", "give", "zelf", "--to", "wijk", "--purposes",
	     "d1", "--case", c.code);
	cr_expect_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, "sanne@co", NULL, "consent", "give", "gezondheid", "--agency", "ggz", "--to",
	     "wijk", "--purposes", "d1", "--case", c.code);
	cr_expect_eq(p.status, ERR_REFUSED, "not in the mandate");
	BRUG(&f, &p, "sanne@co", NULL, "export", c.code, "--html");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect_not(program_said(&p, "KANARIE"));
	BRUG(&f, &p, "sanne@co", NULL, "report", c.code, "--html");
	cr_expect_eq(p.status, 0, "%s", p.err);
}

/* An editor that writes this and ends. */
static void editor(const char *text)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/editor", f.dir);
	out = fopen(path, "we");
	cr_assert_not_null(out);
	fprintf(out, "#!/bin/sh\nprintf '%s\\n' >\"$1\"\n", text);
	fclose(out);
	cr_assert_eq(chmod(path, 0700), 0);
	setenv("EDITOR", path, 1);
}

Test(person, three_questions_lead_him_and_a_number_that_is_none_is_asked_again)
{
	static const char *const voice[] = {"brug", "voice", "--case", NULL, NULL};
	const char *argv[5];

	memcpy(argv, voice, sizeof(argv));
	argv[3] = c.code;
	editor("inhoud: Hij luisterde niet");
	program_on_terminal(&f, &p, "jeffrey@inwoner", argv);
	program_expect(&p, "naar u geluisterd");
	program_type(&p, "goed\n");
	program_expect(&p, "getal van 0 tot en met 10");
	program_type(&p, "3\n");
	program_expect(&p, "over wat u wilt");
	program_type(&p, "8\n");
	program_expect(&p, "samenwerken");
	program_type(&p, "\n");
	program_wait(&p);
	cr_expect_eq(p.status, 0, "%s", p.out);
	BRUG(&f, &p, "jeffrey@inwoner", "Graag een andere dag", "stem", "--case", c.code, "--soort",
	     "wens");
	cr_expect_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "print", c.code);
	cr_expect(program_said(&p, "Hij luisterde niet"), "%s", p.out);
	cr_expect(program_said(&p, "Graag een andere dag"));
}
