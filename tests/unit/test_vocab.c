#include "describe.h"
#include "vocab.h"

#include <criterion/criterion.h>

#include <string.h>

/* A kind of our own: one row must be enough, from the wire to the help. */
static const char *const colours[] = {"rood", "groen", NULL};
static const struct field fields[] = {{.name = "inhoud",
				       .type = T_TEXT,
				       .max = 20,
				       .level = LEVEL_KERN,
				       .who = WHO_OWNER,
				       .flags = F_REQUIRED,
				       .help = "the text"},
				      {.name = "kleur",
				       .type = T_WORD,
				       .words = colours,
				       .level = LEVEL_SIGNAAL,
				       .who = WHO_LEAD,
				       .help = "its colour"},
				      {.name = NULL}};
static const struct state states[] = {
	{"nieuw", false, "new"}, {"af", true, "finished"}, {.name = NULL}};
static const struct move moves[] = {{"nieuw", "af", "finish", "rond-af", WHO_OWNER, false},
				    {.verb = NULL}};
static const struct kind kinds[] = {{"proefkind", "trial", "plan", fields, states, moves, false,
				     WHO_OWNER, "A kind that only this test knows."},
				    {.name = NULL}};
static const struct method methods[] = {{.name = NULL}};
static const struct vocab trial = {kinds, methods};

static enum err check(const char *kleur, struct complaint *c)
{
	const struct kind *k = vocab_kind(&trial, SLICE("proefkind"));
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(tree_free) struct tree t = {0};

	pack_map(&b, 2);
	pack_kv_text(&b, "inhoud", "tekst");
	pack_kv_text(&b, "kleur", kleur);
	cr_assert_eq(tree_read(&t, buf_view(&b)), ERR_OK);
	return vocab_check(k->fields, tree_root(&t), false, c);
}

Test(vocab, a_kind_added_to_a_table_works_from_the_wire_to_the_help)
{
	CLEANUP(buf_free) struct buf page = {0};
	CLEANUP(buf_free) struct buf protocol = {0};
	const struct kind *k = vocab_kind(&trial, SLICE("proefkind"));
	struct complaint c = {0};

	cr_assert_not_null(k);
	cr_expect_eq(check("rood", &c), ERR_OK);
	cr_expect_eq(check("groem", &c), ERR_USAGE);
	cr_expect_str_eq(c.where, "kleur");
	cr_expect_str_eq(c.arg, "groen");
	cr_expect_str_eq(kind_move(k, SLICE("nieuw"), SLICE("rond-af"))->to, "af");
	cr_expect_null(kind_move(k, SLICE("af"), SLICE("finish")));
	describe_kind(k, NULL, 0, &page);
	buf_u8(&page, 0);
	cr_expect_not_null(strstr((char *)page.p, "kleur"));
	cr_expect_not_null(strstr((char *)page.p, "rood, groen"));
	describe_protocol(&trial, &protocol);
	buf_u8(&protocol, 0);
	cr_expect_not_null(strstr((char *)protocol.p, "proefkind"));
}

Test(vocab, every_kind_begins_in_a_state_it_has_and_moves_between_states_it_has)
{
	for (const struct kind *k = brug_vocab.kinds; k->name; k++) {
		cr_expect_not_null(k->states[0].name, "%s", k->name);
		cr_expect_gt(k->who, 0, "%s", k->name);
		cr_expect(word_in(vocab_categories, slice_of(k->category)), "%s", k->name);
		for (const struct move *m = k->moves; m->verb; m++) {
			cr_expect_not_null(kind_state(k, slice_of(m->from)), "%s %s", k->name,
					   m->from);
			cr_expect_not_null(kind_state(k, slice_of(m->to)), "%s %s", k->name, m->to);
			cr_expect_gt(m->who, 0, "%s %s", k->name, m->verb);
		}
	}
}

Test(vocab, every_field_says_at_which_level_it_shows_and_who_may_change_it)
{
	for (const struct kind *k = brug_vocab.kinds; k->name; k++)
		for (const struct field *f = k->fields; f->name; f++) {
			cr_expect_gt(f->level, LEVEL_GEEN, "%s.%s", k->name, f->name);
			cr_expect_gt(f->who, 0, "%s.%s", k->name, f->name);
			cr_expect_not_null(f->help, "%s.%s", k->name, f->name);
			cr_expect(f->type != T_WORD || f->words, "%s.%s", k->name, f->name);
		}
}

Test(vocab, every_method_has_a_right_and_names_its_case_by_a_parameter_it_has)
{
	for (const struct method *m = brug_vocab.methods; m->name; m++) {
		cr_expect_gt(m->right, 0, "%s", m->name);
		cr_expect(!m->case_param || field_find(m->params, slice_of(m->case_param)), "%s",
			  m->name);
		cr_expect((m->right == RIGHT_INVITED || m->right == RIGHT_MEMBER ||
			   m->right == RIGHT_PERSONS || m->right == RIGHT_LEAD ||
			   m->right == RIGHT_REQUESTS) == (m->case_param != NULL),
			  "%s: a right in a case needs the case", m->name);
	}
}

Test(vocab, texts_with_a_hole_have_exactly_one)
{
	for (const struct kind *k = brug_vocab.kinds; k->name; k++)
		for (const struct field *f = k->fields; f->name; f++)
			cr_expect_null(strchr(f->help, '%'), "%s.%s", k->name, f->name);
}

Test(vocab, a_word_with_a_typing_error_finds_its_neighbour)
{
	cr_expect_str_eq(vocab_nearest(vocab_areas, SLICE("schuldn")), "schulden");
	cr_expect_str_eq(vocab_nearest(vocab_areas, SLICE("wrk")), "werk");
	cr_expect_null(vocab_nearest(vocab_areas, SLICE("fiets")));
}

Test(vocab, levels_are_known_by_name_and_by_number)
{
	cr_expect_eq(level_parse(SLICE("kern")), LEVEL_KERN);
	cr_expect_eq(level_parse(SLICE("4")), LEVEL_INHOUD);
	cr_expect_eq(level_parse(SLICE("5")), -1);
	cr_expect_str_eq(level_name(LEVEL_SIGNAAL), "signaal");
}
