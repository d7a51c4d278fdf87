/* The table of methods, from the rows of methods.def, and the vocabulary they make together with
 * the kinds. */
#include "vocab.h"

#include "kinds.h"
#include "words.h"

#define P(n, t, fl, m, h)                                                                          \
	{                                                                                          \
		.name = #n, .type = t, .flags = fl, .max = m, .help = h                            \
	}
#define PW(n, t, fl, list, h)                                                                      \
	{                                                                                          \
		.name = #n, .type = t, .flags = fl, .words = list, .help = h                       \
	}
#define PR(n, fl, m, fields, h)                                                                    \
	{                                                                                          \
		.name = #n, .type = T_RECORDS, .flags = fl, .max = m, .sub = fields, .help = h     \
	}

static const struct field fields_purpose[] = {
	P(purpose, T_NAME, F_REQUIRED, 0, N_("its short name")),
	P(text, T_LINE, F_REQUIRED, 200, N_("the purpose, in a sentence")),
	{.name = NULL}};
static const struct field fields_ceiling[] = {
	PW(category, T_WORD, F_REQUIRED, vocab_categories, N_("category of data")),
	P(to, T_LINE, F_REQUIRED, 40, N_("a role, a domain, or - for all others")),
	PW(level, T_WORD, F_REQUIRED, words_levels, N_("the most without consent")),
	PW(consent_level, T_WORD, F_REQUIRED, words_levels,
	   N_("the most with the person's consent")),
	P(purpose, T_NAME, 0, 0, N_("only for this purpose")),
	PW(phase, T_WORD, 0, vocab_phases, N_("only in this phase of the case")),
	{.name = NULL}};
static const struct field fields_cap[] = {
	PW(category, T_WORD, F_REQUIRED, vocab_categories, N_("category of data")),
	PW(level, T_WORD, F_REQUIRED, words_levels, N_("the most for who shares no area of life")),
	{.name = NULL}};

static const struct field fields_term[] = {
	{.name = "level",
	 .type = T_INT,
	 .lo = 1,
	 .hi = 4,
	 .flags = F_REQUIRED,
	 .help = N_("1 case, 2 procesregisseur, 3 managers, 4 board")},
	{.name = "days",
	 .type = T_INT,
	 .lo = 1,
	 .hi = 365,
	 .flags = F_REQUIRED,
	 .help = N_("how many days a bottleneck has there")},
	{.name = NULL}};

static const char *const words_commands[] = {"rule.add", "rule.end", NULL};
static const struct field fields_command[] = {
	P(line, T_INT, F_REQUIRED, 0, N_("its line in the file, for errors")),
	PW(method, T_WORD, F_REQUIRED, words_commands, N_("what is done")),
	P(params, T_BIN, F_REQUIRED, 4096, N_("its parameters, packed")),
	{.name = NULL}};

#define PARAMS(...)                                                                                \
	(const struct field[])                                                                     \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			.name = NULL                                                               \
		}                                                                                  \
	}
#define PARAMS_NONE ((const struct field[]){{.name = NULL}})
#define METHOD(symbol, n, r, case_of, w, p, h, a)                                                  \
	{.name = n,                                                                                \
	 .right = RIGHT_##r,                                                                       \
	 .case_param = case_of,                                                                    \
	 .write = w,                                                                               \
	 .params = p,                                                                              \
	 .help = h,                                                                                \
	 .answer = a},

static const struct method brug_methods[] = {
#include "methods.def"
	{.name = NULL}};

const struct vocab brug_vocab = {.kinds = brug_kinds, .methods = brug_methods};
