#include "describe.h"

#include <stdio.h>
#include <string.h>

static const char *same(const char *msgid)
{
	return msgid;
}

const char *right_text(enum right r)
{
	switch (r) {
	case RIGHT_JOIN:
		return N_("who holds a join code");
	case RIGHT_PERSON:
		return N_("every person who is known here");
	case RIGHT_INVITED:
		return N_("who takes part in the case or is invited to it");
	case RIGHT_MEMBER:
		return N_("who takes part in the case");
	case RIGHT_LEAD:
		return N_("the case's casusregisseur and procesregisseur");
	case RIGHT_AGENCY:
		return N_("the admin of the agency, and the partnership's");
	case RIGHT_PARTNERSHIP:
		return N_("the partnership's admin");
	case RIGHT_LOG:
		return N_("the privacy officer; an agency admin for his people; the person for his "
			  "case");
	case RIGHT_PERSONS:
		return N_("the person himself, or his supporter");
	case RIGHT_PRIVACY:
		return N_("a privacy officer");
	case RIGHT_REQUESTS:
		return N_("who takes part in the case; in a closed one a privacy officer");
	case RIGHT_OPERATOR:
		return N_("the operator");
	}
	return "?";
}

const char *who_text(unsigned bit)
{
	switch (bit) {
	case WHO_OWNER:
		return N_("its agency");
	case WHO_EXECUTOR:
		return N_("who does it");
	case WHO_LEAD:
		return N_("the casusregisseur");
	case WHO_PERSON:
		return N_("the person");
	case WHO_PROCESS:
		return N_("the procesregisseur");
	case WHO_SEAT:
		return N_("who sits at the table");
	case WHO_CLOCK:
		return N_("the clock");
	default:
		return "?";
	}
}

/* -- types ------------------------------------------------------------------------------------- */

static const char *type_text(enum type t)
{
	switch (t) {
	case T_LINE:
		return N_("one line");
	case T_TEXT:
		return N_("text");
	case T_INT:
		return N_("number");
	case T_BOOL:
		return N_("yes or no");
	case T_DATE:
		return N_("date, as 2026-12-01");
	case T_TIME:
		return N_("moment, as 2026-12-01 or 2026-12-01T13:00:00Z");
	case T_WORD:
		return N_("one of");
	case T_WORDS:
		return N_("some of");
	case T_NAME:
		return N_("short name");
	case T_NAMES:
		return N_("short names");
	case T_PERSON:
		return N_("person, as zoe@schuldhulp");
	case T_PERSONS:
		return N_("people, as zoe@schuldhulp");
	case T_ITEM:
		return N_("item, as 7QK2");
	case T_ITEMS:
		return N_("items, as 7QK2");
	case T_CASE:
		return N_("case, as J-0417");
	case T_BIN:
		return N_("bytes");
	case T_FIELDS:
		return N_("fields of the kind");
	case T_RECORDS:
		return N_("list of");
	}
	return "?";
}

static void add_words(const char *const *words, struct buf *out)
{
	for (const char *const *w = words; *w; w++)
		buf_fmt(out, "%s%s", w == words ? " " : ", ", *w);
}

void describe_type(const struct field *f, translate_fn tr, struct buf *out)
{
	tr = tr ? tr : same;
	buf_fmt(out, "%s", tr(type_text(f->type)));
	if (f->type == T_WORD || f->type == T_WORDS)
		add_words(f->words, out);
	if ((f->type == T_LINE || f->type == T_TEXT || f->type == T_BIN) && f->max)
		buf_fmt(out, ", <= %u", f->max);
	if (f->type == T_INT && f->hi)
		buf_fmt(out, ", %lld..%lld", (long long)f->lo, (long long)f->hi);
	if (f->type == T_RECORDS)
		for (const struct field *s = f->sub; s->name; s++)
			buf_fmt(out, "%s%s", s == f->sub ? " {" : ", ", s->name);
	if (f->type == T_RECORDS)
		buf_fmt(out, "}");
}

/* -- pages ------------------------------------------------------------------------------------- */

static void add_who(unsigned who, translate_fn tr, struct buf *out)
{
	const char *between = "";

	for (unsigned bit = 1; bit <= WHO_SEAT; bit <<= 1)
		if (who & bit) {
			buf_fmt(out, "%s%s", between, tr(who_text(bit)));
			between = ", ";
		}
}

/* Columns taken by UTF-8 text: one each, which holds for the letters our pages use. */
static size_t columns(const uint8_t *p, size_t n)
{
	size_t c = 0;

	for (size_t i = 0; i < n; i++)
		c += (p[i] & 0xc0) != 0x80;
	return c;
}

enum { PAGE = 78 };
static unsigned page = PAGE; /* columns of the page that is being written */

/* A paragraph of words, indented, at most a page wide. */
static void paragraph(struct slice text, unsigned indent, struct buf *out)
{
	size_t col = 0;

	for (size_t i = 0, n; i < text.n; i += n + 1) {
		const uint8_t *space = memchr(text.p + i, ' ', text.n - i);
		size_t wide;

		n = space ? (size_t)(space - (text.p + i)) : text.n - i;
		wide = columns(text.p + i, n);
		if (col && col + 1 + wide > page) {
			buf_u8(out, '\n');
			col = 0;
		}
		for (; !col && col < indent; col++)
			buf_fmt(out, "%*s", (int)indent, "");
		if (col > indent)
			buf_u8(out, ' ');
		if (col <= indent)
			col = indent;
		buf_add(out, text.p + i, n);
		col += wide + 1;
	}
	buf_u8(out, '\n');
}

static void add_field(const struct field *f, translate_fn tr, struct buf *out)
{
	CLEANUP(buf_free) struct buf line = {0};

	buf_fmt(out, "  %s%s\n", f->name, f->flags & F_REQUIRED ? " *" : "");
	paragraph(slice_of(tr(f->help)), 6, out);
	describe_type(f, tr, &line);
	if (f->who) {
		buf_fmt(&line, "; %s: ", tr(N_("changed by")));
		add_who(f->who, tr, &line);
	}
	paragraph(buf_view(&line), 6, out);
}

static void add_level(const struct kind *k, enum level level, translate_fn tr, struct buf *out)
{
	bool any = false;

	for (const struct field *f = k->fields; f->name; f++) {
		if (f->level != level)
			continue;
		if (!any)
			buf_fmt(out, "\n%s %s\n", tr(N_("Shown from level")), level_name(level));
		any = true;
		add_field(f, tr, out);
	}
}

static void add_states(const struct kind *k, translate_fn tr, struct buf *out)
{
	buf_fmt(out, "\n%s\n", tr(N_("States")));
	for (const struct state *s = k->states; s->name; s++) {
		CLEANUP(buf_free) struct buf verbs = {0};

		buf_fmt(out, "  %-14s %s", s->name, page < PAGE ? "\n" : "");
		if (page < PAGE)
			paragraph(slice_of(tr(s->help)), 6, out);
		else
			buf_fmt(out, "%s\n", tr(s->help));
		for (const struct move *m = k->moves; m->verb; m++)
			if (!strcmp(m->from, s->name) && m->who != WHO_CLOCK)
				buf_fmt(&verbs, "%s%s (%s) -> %s", verbs.n ? ", " : "", m->verb,
					m->alias, m->to);
		if (verbs.n)
			paragraph(buf_view(&verbs), page < PAGE ? 6 : 17, out);
	}
}

void describe_kind(const struct kind *k, translate_fn tr, unsigned columns_wide, struct buf *out)
{
	tr = tr ? tr : same;
	page = columns_wide ? columns_wide : PAGE;
	buf_fmt(out, "%s (%s)\n", k->name, tr(k->gloss));
	paragraph(slice_of(tr(k->help)), 2, out);
	for (int l = LEVEL_BESTAAN; l <= LEVEL_INHOUD; l++)
		add_level(k, (enum level)l, tr, out);
	add_states(k, tr, out);
	buf_fmt(out, "\n  * %s\n", tr(N_("must be given")));
	page = PAGE;
}

void describe_method(const struct method *m, translate_fn tr, struct buf *out)
{
	tr = tr ? tr : same;
	buf_fmt(out, "%s\n", m->name);
	paragraph(slice_of(tr(m->help)), 2, out);
	buf_fmt(out, "  %s: %s\n", tr(N_("Asked of")), tr(right_text(m->right)));
	for (const struct field *f = m->params; f->name; f++)
		add_field(f, tr, out);
	paragraph(slice_of(m->answer), 2, out);
}

/* -- protocol(7) ------------------------------------------------------------------------------- */

/* scdoc marks words with _ and *, and reads a line's first dot, dash or hash: escaped, they are
 * letters. */
static void scd(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("_*\\#[]<>", *text))
			buf_u8(out, '\\');
		buf_u8(out, (uint8_t)*text);
	}
}

static void scd_field(const struct field *f, struct buf *out)
{
	CLEANUP(buf_free) struct buf type = {0};

	describe_type(f, NULL, &type);
	buf_u8(&type, 0);
	buf_fmt(out, "\t*");
	scd(out, f->name);
	buf_fmt(out, "*%s (", f->flags & F_REQUIRED ? ", required" : "");
	scd(out, (const char *)type.p);
	buf_fmt(out, "): ");
	scd(out, f->help);
	buf_fmt(out, "\n\n");
}

static void scd_method(const struct method *m, struct buf *out)
{
	buf_fmt(out, "*");
	scd(out, m->name);
	buf_fmt(out, "*\n\t");
	scd(out, m->help);
	buf_fmt(out, " Right: ");
	scd(out, right_text(m->right));
	buf_fmt(out, ".%s\n\n", m->write ? " Carries *request*." : "");
	for (const struct field *f = m->params; f->name; f++)
		scd_field(f, out);
	buf_fmt(out, "\tAnswer: ");
	scd(out, m->answer);
	buf_fmt(out, "\n\n");
}

static void scd_kind(const struct kind *k, struct buf *out)
{
	buf_fmt(out, "*%s* (%s)\n\t", k->name, k->gloss);
	scd(out, k->help);
	buf_fmt(out, "\n\n");
	for (const struct field *f = k->fields; f->name; f++) {
		scd_field(f, out);
		buf_fmt(out, "\tShown from %s.\n\n", level_name(f->level));
	}
	buf_fmt(out, "\tMoves:");
	for (const struct move *m = k->moves; m->verb; m++) {
		buf_fmt(out, "%s ", m == k->moves ? "" : ",");
		scd(out, m->from);
		buf_fmt(out, " (%s) ", m->verb);
		scd(out, m->to);
	}
	buf_fmt(out, ".\n\n");
}

static void scd_errors(struct buf *out)
{
	for (unsigned i = 0; err_nth(i) >= 0; i++) {
		buf_fmt(out, "*%d* %s: ", err_nth(i), err_name(err_nth(i)));
		scd(out, err_text(err_nth(i)));
		buf_fmt(out, "\n\n");
	}
}

static const char intro[] =
	"protocol(7)\n\n# NAME\n\nprotocol - what brugd speaks\n\n# DESCRIPTION\n\n"
	"brugd speaks MessagePack-RPC over TLS 1.3: requests \\[0, id, method, \\[params\\]\\], "
	"answers \\[1, id, error, "
	"result\\], notifications \\[2, method, \\[params\\]\\]. There is no framing of its own. "
	"*params* is one map with the "
	"names below; an unknown name is refused. The client shows a certificate of the server's "
	"own authority and asks for the "
	"application protocol *brug/1*; who has none yet asks for *brug-join/1* and may only send "
	"*join*.\n\n"
	"A request that changes something carries *request*: 16 bytes drawn at random. Sent again "
	"with the same bytes, it is not "
	"done again: the first answer is given once more, for 30 days.\n\n"
	"Times are milliseconds UTC since 1970 in answers, texts in requests. The server sends the "
	"notification *ping* when it "
	"has been silent for 30 seconds, and *case.event* for each case that is watched.\n\n"
	"Limits: a message of 256 KiB, 4096 values, 12 deep, 64 keys in a map, 64 KiB in a text; 8 "
	"KiB before the first answer. "
	"Floats and extension types are refused.\n\n";

void describe_protocol(const struct vocab *v, struct buf *out)
{
	buf_fmt(out,
		"%s# ERRORS\n\nAn error is a map {code, text, why, can, ref, detail}. The code is "
		"also the exit status of "
		"*brug*(1) and *brug-admin*(8).\n\n",
		intro);
	scd_errors(out);
	buf_fmt(out, "\n# METHODS\n\n");
	for (const struct method *m = v->methods; m->name; m++)
		scd_method(m, out);
	buf_fmt(out, "# KINDS\n\n");
	for (const struct kind *k = v->kinds; k->name; k++)
		scd_kind(k, out);
	buf_fmt(out, "# SEE ALSO\n\n*brug*(1), *brug-admin*(8), *brugd*(8)\n");
}
