/* A consent, before its sentence is read to the person: what it names exists, and who writes it
 * down for him is asked for a witness at once. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

static bool is_there(const msgpack_object *list, const char *key, struct slice name)
{
	for (size_t i = 0; i < obj_n(list); i++)
		if (slice_eq(key ? obj_bytes(obj_get(obj_at(list, i), key))
				 : obj_bytes(obj_at(list, i)),
			     name))
			return true;
	return false;
}

static enum err no_agency(struct run *r, struct slice name)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)(name.n < 60 ? name.n : 60),
		 (const char *)name.p);
	return fault_set(&r->fault, ERR_USAGE, N_("There is no agency %s."), NULL,
			 N_("Who takes part for which agency: brug case show"), text);
}

static enum err no_purpose(struct run *r, struct slice name)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)(name.n < 60 ? name.n : 60),
		 (const char *)name.p);
	return fault_set(&r->fault, ERR_USAGE, N_("This case has no purpose %s."), NULL,
			 N_("Its purposes: brug case show"), text);
}

static enum err names_known(struct run *r, const msgpack_object *agencies,
			    const msgpack_object *of_case)
{
	for (size_t i = 0; i < r->options.n; i++) {
		const char *name = r->options.v[i].field->name;
		struct slice text = r->options.v[i].text;

		if ((!strcmp(name, "agency") || !strcmp(name, "to")) &&
		    !is_there(agencies, "agency", text))
			return no_agency(r, text);
		if (!strcmp(name, "purposes") &&
		    !is_there(obj_get(of_case, "purposes"), NULL, text))
			return no_purpose(r, text);
	}
	if (options_has(&r->options, "to") || options_has(&r->options, "people"))
		return ERR_OK;
	return fault_set(&r->fault, ERR_USAGE, N_("To whom?"), NULL,
			 N_("Give --to agencies, or --people."), NULL);
}

/* Who is not on the person's side writes it down for him. */
static void want_witness(struct run *r, const msgpack_object *of_case)
{
	struct slice role = obj_bytes(obj_get(obj_get(of_case, "me"), "role"));
	const struct field *f = field_find(command_method(r->command)->params, SLICE("witness"));

	if (slice_is(role, "betrokkene") || slice_is(role, "ondersteuner") ||
	    options_has(&r->options, "witness") || r->options.n == VALUES)
		return;
	r->options.v[r->options.n++] = (struct value){f, {0}};
}

enum err consent_sound(struct run *r, const msgpack_object *agencies, const msgpack_object *of_case)
{
	TRY(names_known(r, agencies, of_case));
	want_witness(r, of_case);
	return ERR_OK;
}
