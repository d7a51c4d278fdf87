#include "gate.h"

#include "err.h"

#include <openssl/crypto.h>

#include <stdarg.h>
#include <stdlib.h>
#include <utf8proc.h>

static bool is_mark(utf8proc_int32_t c)
{
	return c == 0x061c || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0x2028 || c == 0x2029;
}

static bool is_control(utf8proc_int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static void add_char(utf8proc_int32_t c, bool newlines, struct buf *out)
{
	utf8proc_uint8_t bytes[4];

	if (newlines && c == '\n')
		buf_u8(out, '\n');
	else if (c == '\t' || c == '\n')
		buf_u8(out, ' ');
	else if (!is_control(c) && !is_mark(c))
		buf_add(out, bytes, (size_t)utf8proc_encode_char(c, bytes));
}

/* What is not UTF-8 is shown as a question mark, a byte each. */
static void clean_chars(struct slice text, bool newlines, struct buf *out)
{
	for (size_t i = 0; i < text.n;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n =
			utf8proc_iterate(text.p + i, (utf8proc_ssize_t)(text.n - i), &c);

		if (n <= 0) {
			buf_u8(out, '?');
			i++;
			continue;
		}
		add_char(c, newlines, out);
		i += (size_t)n;
	}
}

void gate_clean(struct slice text, bool newlines, struct buf *out)
{
	CLEANUP(buf_wipe) struct buf plain = {0};
	utf8proc_uint8_t *nfc = NULL;
	utf8proc_ssize_t n;

	clean_chars(text, newlines, &plain);
	if (!plain.n)
		return;
	n = utf8proc_map(plain.p, (utf8proc_ssize_t)plain.n, &nfc,
			 UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n >= 0)
		buf_add(out, nfc, (size_t)n);
	else
		buf_slice(out, buf_view(&plain));
	free(nfc);
}

static size_t walk(struct slice text, size_t most, size_t *columns)
{
	size_t i = 0;

	*columns = 0;
	while (i < text.n) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n =
			utf8proc_iterate(text.p + i, (utf8proc_ssize_t)(text.n - i), &c);
		int w = n > 0 ? utf8proc_charwidth(c) : 1;

		if (*columns + (size_t)(w > 0 ? w : 0) > most)
			break;
		*columns += (size_t)(w > 0 ? w : 0);
		i += n > 0 ? (size_t)n : 1;
	}
	return i;
}

size_t gate_columns(struct slice text)
{
	size_t columns;

	walk(text, SIZE_MAX, &columns);
	return columns;
}

size_t gate_fit(struct slice text, size_t most)
{
	size_t columns;

	return walk(text, most, &columns);
}

void gate_print(FILE *f, struct slice text)
{
	CLEANUP(buf_wipe) struct buf clean = {0};

	gate_clean(text, true, &clean);
	fwrite(clean.p, 1, clean.n, f);
}

void gate_printf(FILE *f, const char *fmt, ...)
{
	CLEANUP(buf_wipe) struct buf clean = {0};
	char *text = NULL;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vasprintf(&text, fmt, args);
	va_end(args);
	if (n < 0)
		abort();
	gate_clean((struct slice){(const uint8_t *)text, (size_t)n}, true, &clean);
	fwrite(clean.p, 1, clean.n, f);
	OPENSSL_cleanse(text, (size_t)n);
	free(text);
}
