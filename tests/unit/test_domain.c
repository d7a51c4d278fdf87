#include "codes.h"
#include "fields.h"
#include "moves.h"

#include <criterion/criterion.h>

Test(codes, a_case_code_and_its_number_belong_together)
{
	char code[CASE_CODE + 1];

	cr_expect_neq(case_number(SLICE("J-0417")), 0);
	cr_expect_neq(case_number(SLICE("J-0417")), case_number(SLICE("K-0417")));
	cr_expect_neq(case_number(SLICE("ZV-0001")), case_number(SLICE("V-0001")));
	cr_expect_neq(case_number(SLICE("J-0417")), case_number(SLICE("J-00417")));
	for (uint64_t r = 0; r < 100000; r += 977) {
		case_code(r, 4 + (unsigned)r % 4, code);
		cr_expect_neq(case_number(slice_of(code)), 0, "%s", code);
	}
}

Test(codes, what_is_no_case_code_has_no_number)
{
	static const char *const not [] = {"",           "J",        "J-",    "j-0417", "J-417",
					   "J-04170000", "ABC-0001", "J0417", "-0417",  "J-04a7"};

	for (unsigned i = 0; i < sizeof(not ) / sizeof(*not ); i++)
		cr_expect_eq(case_number(slice_of(not [i])), 0, "%s", not [i]);
}

Test(codes, an_item_is_found_in_small_letters_and_with_its_case_before_it)
{
	char out[16];

	cr_expect(slice_is(item_code_clean(SLICE("j-0417/7qk2"), out), "7QK2"));
	cr_expect(slice_is(item_code_clean(SLICE("7q"), out), "7Q"));
	cr_expect_eq(item_code_clean(SLICE("J-0417/"), out).n, 0);
	cr_expect_eq(item_code_clean(SLICE(""), out).n, 0);
	cr_expect(slice_is(item_code_case(SLICE("J-0417/7QK2")), "J-0417"));
	cr_expect_eq(item_code_case(SLICE("7QK2")).n, 0);
}

static struct slice field(struct tree *t, struct buf *b, const char *name)
{
	cr_assert_eq(tree_read(t, buf_view(b)), ERR_OK);
	return obj_bytes(obj_get(tree_root(t), name));
}

Test(fields, each_level_holds_its_own_fields_and_no_others)
{
	const struct kind *k = vocab_kind(&brug_vocab, SLICE("feit"));
	CLEANUP(buf_free) struct buf given = {0};
	CLEANUP(tree_free) struct tree in = {0};
	struct item_face face = {.kind = SLICE("feit"), .state = SLICE("geldig")};

	pack_map(&given, 2);
	pack_kv_text(&given, "signaal", "er loopt iets");
	pack_kv_text(&given, "inhoud", "alles");
	cr_assert_eq(tree_read(&in, buf_view(&given)), ERR_OK);
	for (int l = LEVEL_BESTAAN; l <= LEVEL_INHOUD; l++) {
		CLEANUP(buf_free) struct buf out = {0};
		CLEANUP(tree_free) struct tree t = {0};

		fields_pack(k, (enum level)l, &face, tree_root(&in), NULL, &out);
		cr_expect_eq(field(&t, &out, "signaal").n > 0, l == LEVEL_SIGNAAL);
		cr_expect_eq(obj_bytes(obj_get(tree_root(&t), "inhoud")).n > 0, l == LEVEL_INHOUD);
		cr_expect_eq(obj_bytes(obj_get(tree_root(&t), "kind")).n > 0, l == LEVEL_BESTAAN);
	}
}

Test(fields, what_an_update_does_not_name_stays_and_nil_empties)
{
	const struct kind *k = vocab_kind(&brug_vocab, SLICE("feit"));
	CLEANUP(buf_free) struct buf before = {0};
	CLEANUP(buf_free) struct buf update = {0};
	CLEANUP(buf_free) struct buf out = {0};
	CLEANUP(tree_free) struct tree old = {0};
	CLEANUP(tree_free) struct tree in = {0};
	CLEANUP(tree_free) struct tree t = {0};

	pack_map(&before, 2);
	pack_kv_text(&before, "inhoud", "oud");
	pack_kv_text(&before, "bron", "gesprek");
	pack_map(&update, 1);
	pack_key(&update, "bron");
	pack_nil(&update);
	cr_assert_eq(tree_read(&old, buf_view(&before)), ERR_OK);
	cr_assert_eq(tree_read(&in, buf_view(&update)), ERR_OK);
	fields_pack(k, LEVEL_INHOUD, &(struct item_face){.rev = 2}, tree_root(&in), tree_root(&old),
		    &out);
	cr_expect(slice_is(field(&t, &out, "inhoud"), "oud"));
	cr_expect_null(obj_get(tree_root(&t), "bron"));
}

Test(moves, phases_follow_in_order_and_a_closed_case_is_closed)
{
	cr_expect(phase_follows(SLICE("aangemeld"), SLICE("triage")));
	cr_expect(phase_follows(SLICE("nazorg"), SLICE("actief")));
	cr_expect_not(phase_follows(SLICE("aangemeld"), SLICE("actief")));
	cr_expect_not(phase_follows(SLICE("gesloten"), SLICE("actief")));
	cr_expect(phase_closed(SLICE("gesloten")));
	cr_expect_not(phase_closed(SLICE("nazorg")));
}
