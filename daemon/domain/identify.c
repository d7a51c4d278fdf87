#include "identify.h"

#include "codes.h"
#include "err.h"
#include "fold.h"

#include <stdlib.h>
#include <string.h>

/* -- characters -------------------------------------------------------------------------------- */

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_capital(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

/* Every byte of a letter beyond ASCII counts as one. */
static bool is_letter(uint8_t c)
{
	return is_capital(c) || (c >= 'a' && c <= 'z') || c >= 0x80;
}

static bool in_word(uint8_t c)
{
	return is_letter(c) || is_digit(c);
}

/* The word at or after i; n 0 at the end. */
static struct slice word_at(struct slice text, size_t i)
{
	size_t end;

	if (!text.n)
		return text;
	while (i < text.n && !in_word(text.p[i]))
		i++;
	for (end = i; end < text.n && in_word(text.p[end]);)
		end++;
	return (struct slice){text.p + i, end - i};
}

static size_t after(struct slice text, struct slice word)
{
	return (size_t)(word.p - text.p) + word.n;
}

static bool all_digits(struct slice w)
{
	for (size_t i = 0; i < w.n; i++)
		if (!is_digit(w.p[i]))
			return false;
	return w.n > 0;
}

static unsigned value_of(struct slice w)
{
	unsigned v = 0;

	for (size_t i = 0; i < w.n && i < 6; i++)
		v = v * 10 + (unsigned)(w.p[i] - '0');
	return v;
}

/* -- names ------------------------------------------------------------------------------------- */

/* Words as they compare, in order: each is folded once, however long the text is. */
struct folded {
	struct buf bytes;
	struct slice *v;
	size_t n;
};
static void folded_free(struct folded *f)
{
	buf_wipe(&f->bytes);
	free(f->v);
}

static void fold_all(struct slices words, struct folded *out)
{
	size_t *end = calloc(words.n + 1, sizeof(*end));

	out->v = calloc(words.n + 1, sizeof(*out->v));
	if (!end || !out->v)
		abort();
	for (; out->n < words.n; end[++out->n] = out->bytes.n) {
		CLEANUP(buf_wipe) struct buf one = {0};

		fold_text(words.v[out->n], &one);
		buf_slice(&out->bytes, buf_view(&one));
	}
	for (size_t i = 0; i < out->n; i++)
		out->v[i] = (struct slice){out->bytes.p + end[i], end[i + 1] - end[i]};
	free(end);
	qsort(out->v, out->n, sizeof(*out->v), slice_order);
}

static bool has_word(const struct folded *f, struct slice word)
{
	return f->n && bsearch(&word, f->v, f->n, sizeof(*f->v), slice_order);
}

/* The names ready to be looked for. */
struct sought {
	const struct names *names;
	struct folded person, around;
};
static void sought_free(struct sought *s)
{
	folded_free(&s->person);
	folded_free(&s->around);
}

static bool is_name(struct slice word, const struct sought *sought)
{
	CLEANUP(buf_wipe) struct buf folded = {0};

	fold_text(word, &folded);
	if (has_word(&sought->person, buf_view(&folded)))
		return true;
	return (is_capital(word.p[0]) || word.p[0] >= 0x80) &&
	       has_word(&sought->around, buf_view(&folded));
}

void identify_words(struct slice name, struct slices *out, size_t room)
{
	static const char *const small[] = {"Van", "Den", "Der", "Het", "Een", "Ten", "Ter", "The"};
	struct slice w;

	for (size_t i = 0; (w = word_at(name, i)).n && out->n < room; i = after(name, w)) {
		bool counts = w.n >= 3 && (is_capital(w.p[0]) || w.p[0] >= 0x80);

		for (size_t k = 0; k < sizeof(small) / sizeof(*small); k++)
			counts = counts && !slice_is(w, small[k]);
		if (counts)
			out->v[out->n++] = w;
	}
}

/* -- codes ------------------------------------------------------------------------------------- */

/* J-0417: a word of one or two capitals, a dash, four digits or more. */
static bool is_case(struct slice text, struct slice word)
{
	struct slice next;
	size_t at = after(text, word);

	if (slice_is(word, "TP") || slice_is(word, "TL"))
		return false;
	if (word.n > 2 || !is_capital(word.p[0]) || !is_capital(word.p[word.n - 1]) ||
	    at >= text.n || text.p[at] != '-')
		return false;
	next = word_at(text, at);
	return next.p == text.p + at + 1 && all_digits(next) && next.n >= 4;
}

/* Four of the codes' own characters, in capitals. */
static bool could_be_item(struct slice w, size_t *digits)
{
	*digits = 0;
	for (size_t i = 0; i < w.n; i++) {
		if ((!is_digit(w.p[i]) && !is_capital(w.p[i])) || memchr("01IO", w.p[i], 4))
			return false;
		*digits += is_digit(w.p[i]);
	}
	return w.n == ITEM_CODE;
}

/* Letters and digits together are no word or year; letters alone may be. */
static bool is_item(struct slice w, const struct names *names)
{
	size_t digits;

	return could_be_item(w, &digits) &&
	       ((digits > 0 && digits < ITEM_CODE) || slices_have(names->codes, w));
}

void identify_codes(struct slice text, struct slices *out, size_t room)
{
	struct slice w;
	size_t digits;

	for (size_t i = 0; (w = word_at(text, i)).n && out->n < room; i = after(text, w))
		if (could_be_item(w, &digits))
			out->v[out->n++] = w;
}

/* -- dates, numbers, places -------------------------------------------------------------------- */

static bool is_year(struct slice w)
{
	return all_digits(w) && w.n == 4 && value_of(w) >= 1900 && value_of(w) < 2100;
}

static bool is_small(struct slice w, unsigned most)
{
	return all_digits(w) && w.n <= 2 && value_of(w) >= 1 && value_of(w) <= most;
}

static bool is_month(struct slice w)
{
	static const char *const months[] = {"jan", "feb", "mrt", "maa", "apr", "mei", "jun",
					     "jul", "aug", "sep", "okt", "oct", "nov", "dec"};

	for (size_t i = 0; i < sizeof(months) / sizeof(*months); i++)
		if (w.n >= 3 && (w.p[0] | 32) == months[i][0] && (w.p[1] | 32) == months[i][1] &&
		    (w.p[2] | 32) == months[i][2])
			return true;
	return is_small(w, 12);
}

/* Three words: day month year, or year month day. */
static bool is_date(struct slice text, struct slice first)
{
	struct slice second = word_at(text, after(text, first)),
		     third = second.n ? word_at(text, after(text, second)) : second;

	if (!third.n || after(text, third) - (size_t)(first.p - text.p) > 24)
		return false;
	if (is_small(first, 31) && is_month(second))
		return is_year(third) ||
		       (all_digits(second) && all_digits(third) && third.n == 2 &&
			second.p == first.p + first.n + 1 && third.p == second.p + second.n + 1);
	return is_year(first) && is_small(second, 12) && is_small(third, 31);
}

/* Digits, with single points, dashes or blanks between them. */
static bool is_number(struct slice text, struct slice first)
{
	size_t i = (size_t)(first.p - text.p), digits = 0;

	if (!is_digit(first.p[0]))
		return false;
	if (first.n >= 8 && all_digits(first))
		return true;
	for (; i < text.n; i++) {
		bool between = text.p[i] == '.' || text.p[i] == '-' || text.p[i] == ' ';

		if (is_digit(text.p[i]))
			digits++;
		else if (!between || i + 1 >= text.n || !is_digit(text.p[i + 1]))
			break;
	}
	return digits >= 9; /* two years with a dash between them are eight */
}

static bool is_postcode(struct slice text, struct slice word)
{
	struct slice next;

	if (word.n == 6 && all_digits((struct slice){word.p, 4}))
		return is_capital(word.p[4]) && is_capital(word.p[5]);
	if (word.n != 4 || !all_digits(word) || word.p[0] == '0')
		return false;
	next = word_at(text, after(text, word));
	return next.n == 2 && next.p == word.p + 5 && is_capital(next.p[0]) &&
	       is_capital(next.p[1]);
}

static bool is_address(struct slice text, struct slice word)
{
	size_t at = after(text, word);

	return at + 1 < text.n && text.p[at] == '@' && in_word(text.p[at + 1]);
}

/* -- all of it --------------------------------------------------------------------------------- */

static enum identifies word_says(struct slice text, struct slice word, const struct sought *sought)
{
	if (is_name(word, sought))
		return SAYS_NAME;
	if (is_address(text, word))
		return SAYS_ADDRESS;
	if (is_case(text, word))
		return SAYS_CASE;
	if (is_number(text, word))
		return SAYS_NUMBER;
	if (is_date(text, word))
		return SAYS_DATE;
	if (is_postcode(text, word))
		return SAYS_PLACE;
	return is_item(word, sought->names) ? SAYS_ITEM : SAYS_NOBODY;
}

enum identifies identify(struct slice text, const struct names *names, struct slice *where)
{
	CLEANUP(sought_free) struct sought sought = {.names = names};
	struct slice w;

	fold_all(names->person, &sought.person);
	fold_all(names->around, &sought.around);
	for (size_t i = 0; (w = word_at(text, i)).n; i = after(text, w)) {
		enum identifies says = word_says(text, w, &sought);

		*where = w;
		if (says != SAYS_NOBODY && (!names->only || names->only & 1U << says))
			return says;
	}
	return SAYS_NOBODY;
}
