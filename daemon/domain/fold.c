#include "fold.h"

#include <string.h>
#include <utf8proc.h>

static bool is_word(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return true;
	default:
		return false;
	}
}

static bool is_mark(utf8proc_int32_t c)
{
	utf8proc_category_t k = utf8proc_category(c);

	return k == UTF8PROC_CATEGORY_MN || k == UTF8PROC_CATEGORY_MC || k == UTF8PROC_CATEGORY_ME;
}

static void blank(struct buf *out)
{
	if (!out->n || out->p[out->n - 1] != ' ')
		buf_u8(out, ' ');
}

static void fold_char(utf8proc_int32_t c, struct buf *out)
{
	enum { ROOM = 32 }; /* the longest compatibility decomposition is 18 */
	utf8proc_int32_t parts[ROOM];
	utf8proc_ssize_t n = utf8proc_decompose_char(
		c, parts, ROOM, UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD, NULL);

	for (utf8proc_ssize_t i = 0; i < n && i < ROOM; i++) {
		utf8proc_uint8_t bytes[4];

		if (is_mark(parts[i]))
			continue;
		if (is_word(parts[i]))
			buf_add(out, bytes, (size_t)utf8proc_encode_char(parts[i], bytes));
		else
			blank(out);
	}
}

void fold_text(struct slice text, struct buf *out)
{
	blank(out);
	for (size_t i = 0; i < text.n;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n =
			utf8proc_iterate(text.p + i, (utf8proc_ssize_t)(text.n - i), &c);

		if (n > 0)
			fold_char(c, out);
		i += n > 0 ? (size_t)n : 1;
	}
	blank(out);
}

bool fold_match(struct slice folded, struct slice text)
{
	size_t words = 0;

	for (size_t i = 0; i + 1 < folded.n;) {
		const uint8_t *end = memchr(folded.p + i + 1, ' ', folded.n - i - 1);
		size_t n = end ? (size_t)(end - folded.p) - i : folded.n - i;

		/* with the blank before it: where a word begins */
		if (n > 1 && !memmem(text.p, text.n, folded.p + i, n))
			return false;
		words += n > 1;
		i += n;
	}
	return words > 0;
}
