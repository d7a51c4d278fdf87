#include "fold.h"

#include "err.h"

#include <criterion/criterion.h>

static bool finds(const char *words, const char *text)
{
	CLEANUP(buf_free) struct buf w = {0};
	CLEANUP(buf_free) struct buf t = {0};

	fold_text(slice_of(words), &w);
	fold_text(slice_of(text), &t);
	return fold_match(buf_view(&w), buf_view(&t));
}

Test(fold, accents_capitals_and_width_do_not_matter)
{
	cr_expect(finds("VÓÓR", "het moet voor maandag"));
	cr_expect(finds("voor", "vóór 1 december"));
	cr_expect(finds("ﬁets", "Fiets"));
	cr_expect(finds("Straße", "STRASSE"));
}

Test(fold, all_words_must_be_there_in_any_order)
{
	cr_expect(finds("loket gemeente", "de gemeente heeft een loket"));
	cr_expect_not(finds("loket provincie", "de gemeente heeft een loket"));
}

Test(fold, a_word_matches_from_its_beginning)
{
	cr_expect(finds("huis", "de huisbaas"));
	cr_expect_not(finds("baas", "de huisbaas"));
}

Test(fold, signs_separate_words)
{
	cr_expect(finds("baas", "huis-baas"));
	cr_expect(finds("noor@wijk", "noor@wijk"));
	cr_expect_not(finds(" .,!", "wat dan ook"));
}

Test(fold, what_is_not_utf8_does_no_harm)
{
	cr_expect(finds("caf", "\xff"
			       "caf\xe9"));
}
