#include "describe.h"

#include <criterion/criterion.h>

#include <string.h>

static void wide_enough(const char *page, const char *what)
{
	for (const char *line = page; *line;) {
		const char *end = strchr(line, '\n');
		size_t columns = 0;

		for (const char *p = line; p < end; p++)
			columns += (*p & 0xc0) != 0x80;
		cr_expect_leq(columns, 80, "%s: %.*s", what, (int)(end - line), line);
		line = end + 1;
	}
}

Test(describe, the_page_of_every_kind_fits_80_columns_and_names_every_field_and_verb)
{
	for (const struct kind *k = brug_vocab.kinds; k->name; k++) {
		CLEANUP(buf_free) struct buf b = {0};

		describe_kind(k, NULL, 0, &b);
		buf_u8(&b, 0);
		wide_enough((char *)b.p, k->name);
		for (const struct field *f = k->fields; f->name; f++)
			cr_expect_not_null(strstr((char *)b.p, f->name), "%s.%s", k->name, f->name);
		for (const struct move *m = k->moves; m->verb; m++)
			cr_expect(m->who == WHO_CLOCK || strstr((char *)b.p, m->verb), "%s %s",
				  k->name, m->verb);
	}
}

Test(describe, the_protocol_page_names_every_method_kind_and_error)
{
	CLEANUP(buf_free) struct buf b = {0};

	describe_protocol(&brug_vocab, &b);
	buf_u8(&b, 0);
	for (const struct method *m = brug_vocab.methods; m->name; m++)
		cr_expect_not_null(strstr((char *)b.p, m->name), "%s", m->name);
	for (unsigned i = 0; err_nth(i) >= 0; i++)
		cr_expect_not_null(strstr((char *)b.p, err_name(err_nth(i))));
}
