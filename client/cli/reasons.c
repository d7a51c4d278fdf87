/* Why something was done, by whom and before whom: what people gave as their reason, shown where
 * the thing itself is looked at. */
#include "cli.h"

#include "table.h"

#include <stdio.h>

static void print_title(const char *title, bool *said)
{
	if (!*said)
		printf("\n%s%s%s\n", table_bold(stdout), title, table_plain(stdout));
	*said = true;
}

/* "24 nov  actief  sam@zvh: ingestroomd" */
static void print_phase(const msgpack_object *p)
{
	CLEANUP(buf_wipe) struct buf line = {0};
	char date[24];

	show_date(obj_int(obj_get(p, "from"), 0), date);
	buf_fmt(&line, "%s  %.*s  %.*s%s%.*s", date, SLICE_ARG(obj_word(p, "phase")),
		SLICE_ARG(obj_word(p, "by")), obj_word(p, "why").n ? ": " : "",
		SLICE_ARG(obj_word(p, "why")));
	table_text(stdout, 2, buf_view(&line));
}

static void print_ended(const msgpack_object *m)
{
	CLEANUP(buf_wipe) struct buf line = {0};
	char date[24];

	show_date(obj_int(obj_get(m, "until"), 0), date);
	buf_fmt(&line, "%s%s%.*s (%.*s): %.*s", date, *date ? "  " : "",
		SLICE_ARG(obj_word(m, "person")), SLICE_ARG(obj_word(m, "ended_by")),
		SLICE_ARG(obj_word(m, "why")));
	table_text(stdout, 2, buf_view(&line));
}

void print_case_reasons(const msgpack_object *answer)
{
	const msgpack_object *phases = obj_get(answer, "phases"),
			     *members = obj_get(answer, "members");
	bool phase = false, member = false;

	for (size_t i = 0; i < obj_n(phases); i++) {
		print_title(_("How it went"), &phase);
		print_phase(obj_at(phases, i));
	}
	for (size_t i = 0; i < obj_n(members); i++)
		if (obj_word(obj_at(members, i), "why").n) {
			print_title(_("Who left, and why"), &member);
			print_ended(obj_at(members, i));
		}
}

void print_restriction(const msgpack_object *answer)
{
	const msgpack_object *r = obj_get(answer, "restriction");
	CLEANUP(buf_wipe) struct buf line = {0};
	bool said = false;
	char date[24];

	if (!r)
		return;
	show_date(obj_int(obj_get(r, "since"), 0), date);
	print_title(*date ? _("Its use is restricted") : _("Its use is no longer restricted"),
		    &said);
	buf_fmt(&line, "%s%s%.*s: %.*s", date, *date ? "  " : "", SLICE_ARG(obj_word(r, "by")),
		SLICE_ARG(obj_word(r, "why")));
	table_text(stdout, 2, buf_view(&line));
}

/* How and before whom a consent was given and taken back, when somebody else wrote it down. */
static void print_witness(const msgpack_object *c, bool *said)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	if (!obj_word(c, "witness").n && !obj_word(c, "withdrawn_witness").n)
		return;
	print_title(_("How it was recorded"), said);
	buf_fmt(&line, "%.*s", SLICE_ARG(obj_word(c, "consent")));
	if (obj_word(c, "witness").n)
		buf_fmt(&line, "  %s %.*s: %.*s", _("recorded by"), SLICE_ARG(obj_word(c, "by")),
			SLICE_ARG(obj_word(c, "witness")));
	if (obj_word(c, "withdrawn_witness").n)
		buf_fmt(&line, "%s  %s %.*s: %.*s", obj_word(c, "witness").n ? ";" : "",
			_("taken back, recorded by"), SLICE_ARG(obj_word(c, "withdrawn_by")),
			SLICE_ARG(obj_word(c, "withdrawn_witness")));
	table_text(stdout, 2, buf_view(&line));
}

static void print_mandate(const msgpack_object *m)
{
	const msgpack_object *categories = obj_get(m, "categories");
	CLEANUP(buf_wipe) struct buf line = {0};
	char until[24];

	show_date(obj_int(obj_get(m, "until"), 0), until);
	buf_fmt(&line, "%.*s: ", SLICE_ARG(obj_word(m, "person")));
	for (size_t i = 0; i < obj_n(categories); i++)
		buf_fmt(&line, "%s%.*s", i ? ", " : "",
			SLICE_ARG(obj_bytes(obj_at(categories, i))));
	if (*until)
		buf_fmt(&line, "  %s %s", _("until"), until);
	if (obj_word(m, "witness").n)
		buf_fmt(&line, "  (%s %.*s: %.*s)", _("recorded by"), SLICE_ARG(obj_word(m, "by")),
			SLICE_ARG(obj_word(m, "witness")));
	table_text(stdout, 2, buf_view(&line));
}

void print_consent_reasons(const msgpack_object *answer)
{
	const msgpack_object *consents = obj_get(answer, "consents"),
			     *mandates = obj_get(answer, "mandates");
	bool witness = false, mandate = false;

	for (size_t i = 0; i < obj_n(consents); i++)
		print_witness(obj_at(consents, i), &witness);
	for (size_t i = 0; i < obj_n(mandates); i++) {
		print_title(_("Who speaks for the person"), &mandate);
		print_mandate(obj_at(mandates, i));
	}
}
