#pragma once
/* The agencies' rules, as parameters describe them: for putting them in force and for asking what
 * they would do. */
#include "serve.h"

/* Rules that were decided before in the same change, in their order: not in the store yet. */
struct rules {
	struct rec_rule *v;
	size_t n;
};
/* The rule of rule.add's parameters, when the viewer may make it and it is sound. earlier may be
 * NULL. */
enum err rule_arg(struct request *, const struct rules *earlier, struct rec_rule *out);
/* The rule of rule.end's parameters, as it will be, when the viewer may end it. */
enum err rule_end_arg(struct request *, const struct rules *earlier, struct rec_rule *out);
void rule_put(struct request *, const struct rec_rule *);
/* Whether the agreements leave the rule anything to show. */
enum err rule_under_ceiling(struct request *, const struct rec_rule *);
