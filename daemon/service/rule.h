#pragma once
/* What decides who may see what: agreements, and the rules under them. As parameters describe them,
 * for putting them in force and for asking what they would do. */
#include "serve.h"

/* The rule of rule.add's parameters, when the viewer may make it and it is sound. */
enum err rule_arg(struct request *, struct rec_rule *out);
/* The rule of rule.end's parameters, when the viewer may end it. */
enum err rule_end_arg(struct request *, struct rec_rule *out);
/* The agreement of agreement.put's parameters, when it is sound. */
enum err agreement_arg(struct request *, struct rec_agreement *out);
