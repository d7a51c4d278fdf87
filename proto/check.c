/* Checking values against the vocabulary. What was wrong is said with its place and a way on. */
#include "clock.h"
#include "scan.h"
#include "vocab.h"

#include <stdio.h>
#include <string.h>

enum {
	LINE_BYTES = 200,
	TEXT_BYTES = 8000,
	NAME_BYTES = 40,
	PERSON_BYTES = 100,
	LIST_MAX = 32,
	BIN_BYTES = 4096
};

static enum err wrong(struct complaint *out, const char *text, const char *can, struct slice arg)
{
	struct slice fit = slice_fit(arg, sizeof(out->arg) - 1);

	out->text = text;
	out->can = can;
	if (fit.n)
		memcpy(out->arg, fit.p, fit.n);
	out->arg[fit.n] = 0;
	return ERR_USAGE;
}

static enum err wrong_number(struct complaint *out, const char *text, const char *can,
			     int64_t number)
{
	char arg[24];

	snprintf(arg, sizeof(arg), "%lld", (long long)number);
	return wrong(out, text, can, slice_of(arg));
}

/* Puts a name before where: "termijn" in "fields" is "fields.termijn". */
static void within(struct complaint *out, const char *name, long index)
{
	char inner[sizeof(out->where)];
	int n;

	snprintf(inner, sizeof(inner), "%s", out->where);
	n = index < 0 ? snprintf(out->where, sizeof(out->where), "%.24s", name)
		      : snprintf(out->where, sizeof(out->where), "%.24s[%ld]", name, index);
	snprintf(out->where + n, sizeof(out->where) - (size_t)n, "%s%.40s",
		 *inner && *inner != '[' ? "." : "", inner);
}

/* -- texts ------------------------------------------------------------------------------------- */

/* Direction marks and their kin (Unicode UAX 9), line separators: what can make a line read as
 * another. */
static bool turns_text(const uint8_t *p, size_t n)
{
	static const char *const marks[] = {
		"\xd8\x9c",     "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa", "\xe2\x80\xab",
		"\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa7",
		"\xe2\x81\xa8", "\xe2\x81\xa9", "\xe2\x80\xa8", "\xe2\x80\xa9"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (n >= strlen(marks[i]) && !memcmp(p, marks[i], strlen(marks[i])))
			return true;
	return false;
}

static bool clean_text(struct slice s, bool lines)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if ((c < 0x20 && !(lines && (c == '\n' || c == '\t'))) || c == 0x7f)
			return false;
		if (c == 0xc2 && i + 1 < s.n && s.p[i + 1] < 0xa0)
			return false;
		if ((c == 0xe2 || c == 0xd8) && turns_text(s.p + i, s.n - i))
			return false;
	}
	return true;
}

static enum err check_text(const struct field *f, struct slice s, struct complaint *out)
{
	bool lines = f->type == T_TEXT;
	uint32_t max = f->max ? f->max : lines ? TEXT_BYTES : LINE_BYTES;

	if (s.n > max)
		return wrong_number(out, N_("This is too long: at most %s bytes."),
				    N_("Make it shorter."), max);
	if (!scan_utf8(s))
		return wrong(out, N_("This is not valid UTF-8."),
			     N_("Save the text as UTF-8 and give it again."), SLICE(""));
	if (!clean_text(s, lines))
		return wrong(out, N_("There are control characters in this text."),
			     lines ? N_("Leave them out; new lines and tabs may stay.")
				   : N_("Leave them out; it is one line."),
			     SLICE(""));
	if (!s.n && (f->flags & F_REQUIRED))
		return wrong(out, N_("This is empty."), N_("Write something."), SLICE(""));
	return ERR_OK;
}

/* -- names ------------------------------------------------------------------------------------- */

static bool name_ok(struct slice s)
{
	if (!s.n || s.n > NAME_BYTES || s.p[0] == '.' || s.p[0] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
		      c == '_'))
			return false;
	}
	return true;
}

static enum err check_name(struct slice s, struct complaint *out)
{
	if (name_ok(s) || slice_is(s, "*"))
		return ERR_OK;
	return wrong(out, N_("\"%s\" is not a short name."),
		     N_("Use small letters, digits, - and ., at most 40."), s);
}

static enum err check_person(struct slice s, struct complaint *out)
{
	const uint8_t *at = s.n ? memchr(s.p, '@', s.n) : NULL;
	size_t left = at ? (size_t)(at - s.p) : 0;

	if (at && s.n <= PERSON_BYTES && name_ok((struct slice){s.p, left}) &&
	    name_ok((struct slice){at + 1, s.n - left - 1}))
		return ERR_OK;
	return wrong(out, N_("\"%s\" is not a person."),
		     N_("Write it as handle@agency, in small letters."), s);
}

static bool is_code_char(uint8_t c)
{
	if (c >= 'a' && c <= 'z')
		c = (uint8_t)(c - 32);
	return (c >= '2' && c <= '9') || (c >= 'A' && c <= 'Z' && c != 'I' && c != 'O');
}

static bool case_ok(struct slice s)
{
	size_t letters = 0;

	while (letters < s.n && letters < 2 && s.p[letters] >= 'A' && s.p[letters] <= 'Z')
		letters++;
	if (!letters || s.n < letters + 5 || s.n > letters + 8 || s.p[letters] != '-')
		return false;
	for (size_t i = letters + 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

static enum err check_case(struct slice s, struct complaint *out)
{
	if (case_ok(s))
		return ERR_OK;
	return wrong(out, N_("\"%s\" is not a case."), N_("A case is written like J-0417."), s);
}

static enum err check_item(struct slice s, struct complaint *out)
{
	const uint8_t *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
	size_t skip = slash ? (size_t)(slash - s.p) + 1 : 0, n = s.n - skip;
	bool ok = n >= 1 && n <= 8 && (!slash || case_ok((struct slice){s.p, skip - 1}));

	for (size_t i = skip; ok && i < s.n; i++)
		ok = is_code_char(s.p[i]);
	if (ok)
		return ERR_OK;
	return wrong(out, N_("\"%s\" is not an item."),
		     N_("An item is written like 7QK2 or J-0417/7QK2; a beginning will do."), s);
}

static enum err check_moment(const struct field *f, struct slice s, struct complaint *out)
{
	char text[32] = "";

	if (s.n < sizeof(text))
		memcpy(text, s.p, s.n);
	if (clock_parse(text, 0) >= 0 && (f->type == T_TIME || s.n == 10))
		return ERR_OK;
	return wrong(out, N_("\"%s\" is not a date."),
		     f->type == T_DATE ? N_("Write it as 2026-12-01.")
				       : N_("Write it as 2026-12-01 or 2026-12-01T13:00:00Z."),
		     s);
}

/* As many as fit in the complaint. */
static struct slice some_words(const char *const *words, char *out, size_t size)
{
	size_t n = 0;

	for (const char *const *w = words; *w && n + strlen(*w) + 8 < size; w++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", n ? ", " : "", *w);
	return (struct slice){(const uint8_t *)out, n};
}

static enum err check_word(const struct field *f, struct slice s, struct complaint *out)
{
	char words[sizeof(out->arg)];
	const char *near;

	if (word_in(f->words, s))
		return ERR_OK;
	near = vocab_nearest(f->words, s);
	if (near)
		return wrong(out, N_("This word is not known here."), N_("Did you mean %s?"),
			     slice_of(near));
	return wrong(out, N_("This word is not known here."), N_("Choose from: %s"),
		     some_words(f->words, words, sizeof(words)));
}

static enum err check_int(const struct field *f, const msgpack_object *v, struct complaint *out)
{
	int64_t n = obj_int(v, INT64_MIN);

	if (n == INT64_MIN)
		return wrong(out, N_("This is not a whole number."), N_("Give a number."),
			     SLICE(""));
	if (!f->lo && !f->hi)
		return n >= 0 ? ERR_OK
			      : wrong_number(out, N_("%s is below zero."),
					     N_("Give a number of 0 or more."), n);
	if (n < f->lo)
		return wrong_number(out, N_("This is too small: at least %s."),
				    N_("Give a number within the bounds."), f->lo);
	if (n > f->hi)
		return wrong_number(out, N_("This is too large: at most %s."),
				    N_("Give a number within the bounds."), f->hi);
	return ERR_OK;
}

/* -- any value --------------------------------------------------------------------------------- */

static bool is_list(enum type t)
{
	return t == T_WORDS || t == T_NAMES || t == T_PERSONS || t == T_ITEMS || t == T_RECORDS;
}

static struct field element_of(const struct field *f)
{
	struct field e = *f;

	e.type = f->type == T_WORDS     ? T_WORD
		 : f->type == T_NAMES   ? T_NAME
		 : f->type == T_PERSONS ? T_PERSON
					: T_ITEM;
	return e;
}

static bool stood_before(const msgpack_object *list, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (slice_eq(obj_bytes(obj_at(list, j)), obj_bytes(obj_at(list, i))))
			return true;
	return false;
}

static enum err check_element(const struct field *f, const msgpack_object *list, size_t i,
			      struct complaint *out)
{
	struct field e = element_of(f);

	if (f->type == T_RECORDS)
		return vocab_check(f->sub, obj_at(list, i), false, out);
	TRY(vocab_check_value(&e, obj_at(list, i), out));
	if (stood_before(list, i))
		return wrong(out, N_("\"%s\" is given twice."), N_("Once is enough."),
			     obj_bytes(obj_at(list, i)));
	return ERR_OK;
}

static enum err check_list(const struct field *f, const msgpack_object *v, struct complaint *out)
{
	uint32_t max = f->max ? f->max : LIST_MAX;

	if (v->type != MSGPACK_OBJECT_ARRAY)
		return wrong(out, N_("This is a list."), N_("Give a list."), SLICE(""));
	if (v->via.array.size > max)
		return wrong_number(out, N_("There are too many in this list: at most %s."),
				    N_("Leave some out."), max);
	if (!v->via.array.size && (f->flags & F_REQUIRED))
		return wrong(out, N_("This list is empty."), N_("Give at least one."), SLICE(""));
	for (size_t i = 0; i < v->via.array.size; i++)
		if (check_element(f, v, i, out) != ERR_OK) {
			within(out, "", (long)i);
			return ERR_USAGE;
		}
	return ERR_OK;
}

static enum err check_string(const struct field *f, struct slice s, struct complaint *out)
{
	switch (f->type) {
	case T_LINE:
	case T_TEXT:
		return check_text(f, s, out);
	case T_DATE:
	case T_TIME:
		return check_moment(f, s, out);
	case T_WORD:
		return check_word(f, s, out);
	case T_NAME:
		return check_name(s, out);
	case T_PERSON:
		return check_person(s, out);
	case T_ITEM:
		return check_item(s, out);
	case T_CASE:
		return check_case(s, out);
	default:
		return wrong(out, N_("This is not a text."), N_("See protocol(7)."), SLICE(""));
	}
}

static enum err check_bytes(const struct field *f, const msgpack_object *v, struct complaint *out)
{
	uint32_t max = f->max ? f->max : BIN_BYTES;

	if (v->type != MSGPACK_OBJECT_BIN)
		return wrong(out, N_("This is bytes."), N_("Send it as bin."), SLICE(""));
	if (v->via.bin.size > max)
		return wrong_number(out, N_("This is too long: at most %s bytes."),
				    N_("Make it shorter."), max);
	return ERR_OK;
}

enum err vocab_check_value(const struct field *f, const msgpack_object *v, struct complaint *out)
{
	if (is_list(f->type))
		return check_list(f, v, out);
	switch (f->type) {
	case T_INT:
		return check_int(f, v, out);
	case T_BOOL:
		return v->type == MSGPACK_OBJECT_BOOLEAN
			       ? ERR_OK
			       : wrong(out, N_("This is yes or no."), N_("Give true or false."),
				       SLICE(""));
	case T_BIN:
		return check_bytes(f, v, out);
	case T_FIELDS:
		return v->type == MSGPACK_OBJECT_MAP ? ERR_OK
						     : wrong(out, N_("This is a map of fields."),
							     N_("See protocol(7)."), SLICE(""));
	default:
		break;
	}
	if (v->type != MSGPACK_OBJECT_STR)
		return wrong(out, N_("This is not a text."), N_("See protocol(7)."), SLICE(""));
	return check_string(f, obj_bytes(v), out);
}

/* -- maps -------------------------------------------------------------------------------------- */

static enum err unknown_key(const struct field *fields, struct slice key, struct complaint *out)
{
	const char *names[64];
	size_t n = 0;
	const char *near;

	for (const struct field *f = fields; f->name && n < 63; f++)
		names[n++] = f->name;
	names[n] = NULL;
	near = vocab_nearest(names, key);
	snprintf(out->where, sizeof(out->where), "%.*s", (int)(key.n < 40 ? key.n : 40),
		 (const char *)key.p);
	if (near)
		return wrong(out, N_("There is no field of this name."), N_("Did you mean %s?"),
			     slice_of(near));
	return wrong(out, N_("There is no field of this name."),
		     N_("brug explain lists the fields."), SLICE(""));
}

static enum err check_pair(const struct field *fields, const msgpack_object_kv *kv, bool partial,
			   struct complaint *out)
{
	struct slice key = obj_bytes(&kv->key);
	const struct field *f = field_find(fields, key);

	if (!f)
		return unknown_key(fields, key, out);
	if (kv->val.type == MSGPACK_OBJECT_NIL && !(f->flags & F_REQUIRED))
		return ERR_OK;
	if (kv->val.type == MSGPACK_OBJECT_NIL)
		wrong(out, partial ? N_("This cannot be emptied.") : N_("This is missing."),
		      N_("Give a value."), SLICE(""));
	else if (vocab_check_value(f, &kv->val, out) == ERR_OK)
		return ERR_OK;
	within(out, f->name, -1);
	return ERR_USAGE;
}

enum err vocab_check(const struct field *fields, const msgpack_object *map, bool partial,
		     struct complaint *out)
{
	if (!map || map->type != MSGPACK_OBJECT_MAP)
		return wrong(out, N_("This is a map of fields."), N_("See protocol(7)."),
			     SLICE(""));
	for (uint32_t i = 0; i < map->via.map.size; i++)
		TRY(check_pair(fields, &map->via.map.ptr[i], partial, out));
	for (const struct field *f = fields; f->name && !partial; f++) {
		if (!(f->flags & F_REQUIRED) || obj_get(map, f->name))
			continue;
		snprintf(out->where, sizeof(out->where), "%s", f->name);
		return wrong(out, N_("This is missing."), N_("Give a value."), SLICE(""));
	}
	return ERR_OK;
}

/* The map without "request", which is looked at here: the caller's map is not changed. */
static enum err check_request(const struct method *m, const msgpack_object *map,
			      struct complaint *out)
{
	const msgpack_object *id = obj_get(map, "request");

	if (m->write && id && id->type == MSGPACK_OBJECT_BIN && id->via.bin.size == 16)
		return ERR_OK;
	if (!m->write && !id)
		return ERR_OK;
	snprintf(out->where, sizeof(out->where), "request");
	if (!m->write)
		return wrong(out, N_("There is no field of this name."),
			     N_("Only requests that change something carry it."), SLICE(""));
	return wrong(out,
		     N_("A request that changes something carries 16 bytes of its own choosing."),
		     N_("Draw them at random, and send the same ones again when you try again."),
		     SLICE(""));
}

enum err vocab_check_params(const struct method *m, const msgpack_object *map,
			    struct complaint *out)
{
	static const msgpack_object none = {.type = MSGPACK_OBJECT_MAP};
	msgpack_object_kv kv[64];
	msgpack_object rest = {.type = MSGPACK_OBJECT_MAP, .via.map = {.ptr = kv}};

	map = map ? map : &none;
	TRY(check_request(m, map, out));
	for (uint32_t i = 0; i < map->via.map.size && rest.via.map.size < 64; i++)
		if (!slice_is(obj_bytes(&map->via.map.ptr[i].key), "request"))
			kv[rest.via.map.size++] = map->via.map.ptr[i];
	return vocab_check(m->params, &rest, false, out);
}
