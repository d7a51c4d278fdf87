/* What in a text says whom it is about; and what does not. */
#include "identify.h"

#include <criterion/criterion.h>

static struct slice person[] = {{(const uint8_t *)"Jeffrey", 7},
				{(const uint8_t *)"Kan\xc3\xa1rie", 8}};
static struct slice around[] = {{(const uint8_t *)"Bakker", 6}};
static struct slice codes[] = {{(const uint8_t *)"KZWQ", 4}};
static const struct names names = {{person, 2}, {around, 1}, {codes, 1}};

static enum identifies says(const char *text)
{
	struct slice where;

	return identify(slice_of(text), &names, &where);
}

Test(identify, the_persons_name_is_found_in_capitals_or_without_and_without_its_accents)
{
	cr_expect_eq(says("Voor JEFFREY geldt dat niet"), SAYS_NAME);
	cr_expect_eq(says("kanarie wacht"), SAYS_NAME);
	cr_expect_eq(says("kanaries wachten"), SAYS_NOBODY, "a word of its own");
}

Test(identify, names_of_others_are_found_with_their_capital)
{
	cr_expect_eq(says("mevrouw Bakker belt"), SAYS_NAME);
	cr_expect_eq(says("de bakker om de hoek"), SAYS_NOBODY);
}

Test(identify, codes_dates_numbers_and_addresses_are_found)
{
	static const struct {
		const char *text;
		enum identifies says;
	} rows[] = {{"zie J-0417", SAYS_CASE},
		    {"zie ZV-12345/7QK2", SAYS_CASE},
		    {"actie 7QK2", SAYS_ITEM},
		    {"actie KZWQ", SAYS_ITEM},
		    {"geboren 3-2-2004", SAYS_DATE},
		    {"geboren 3 februari 2004", SAYS_DATE},
		    {"geboren op 2004-02-03", SAYS_DATE},
		    {"geboren 03/02/04", SAYS_DATE},
		    {"nummer 123456782", SAYS_NUMBER},
		    {"nummer 1234.56.782", SAYS_NUMBER},
		    {"bel 06 12 34 56 78", SAYS_NUMBER},
		    {"woont op 3011 AB", SAYS_PLACE},
		    {"woont op 3011AB", SAYS_PLACE},
		    {"mail zoe@schuldhulp", SAYS_ADDRESS}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		cr_expect_eq(says(rows[i].text), rows[i].says, "%s", rows[i].text);
}

Test(identify, what_is_said_of_rules_and_organisations_passes)
{
	static const char *const texts[] = {
		"De zoekperiode van 4 weken (artikel 41 Participatiewet) geldt niet zonder adres",
		"In 2026 wachten 14 mensen gemiddeld 14 weken; in 2024-2026 werd dat meer",
		"De WLZ en de WMO sluiten niet op elkaar aan",
		"Het kost 1.250.000 euro per jaar",
		"Van maart tot mei is er geen spreekuur",
		""};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		cr_expect_eq(says(texts[i]), SAYS_NOBODY, "%s", texts[i]);
}

Test(identify, of_a_name_its_words_with_a_capital_count)
{
	struct slice room[8];
	struct slices words = {room, 0};

	identify_words(SLICE("Noor van den Bakker-De Wit"), &words, 8);
	cr_expect_eq(words.n, 3, "Noor, Bakker, Wit");
	cr_expect(slice_is(words.v[1], "Bakker"));
}
