/* The board in a meeting: a viewer of its own, who sees the least of all present. */
#include "sight_case.h"

#include <stdio.h>
#include <string.h>

static void nothing(const char *why, struct sight *out)
{
	*out = (struct sight){.level = LEVEL_GEEN};
	snprintf(out->why, sizeof(out->why), "bord; %s", why);
}

static bool in_room(const struct viewer *v)
{
	for (size_t i = 0; i < v->room->n; i++)
		if (v->room->v[i] == v->person)
			return true;
	return false;
}

/* One of the room: lowers what stands there, never raises it. */
static void lower(const struct sight_case *c, const struct viewer *one, const struct rec_item *item,
		  int64_t t, struct sight *out)
{
	struct sight s;

	policy_sight(c, one, item, NULL, t, &s);
	if (s.emergency)
		s.level = LEVEL_GEEN;
	if (s.level < out->level)
		out->level = s.level;
}

void policy_sight_board(const struct sight_case *c, const struct viewer *viewer,
			const struct rec_item *item, int64_t t, struct sight *out)
{
	struct viewer himself = *viewer;

	if (!in_room(viewer)) {
		nothing("leeg", out);
		return;
	}
	if (item->about) {
		nothing("bericht", out);
		return;
	}
	*out = (struct sight){.level = LEVEL_INHOUD, .why = "bord"};
	himself.room = NULL;
	lower(c, &himself, item, t, out); /* under the purposes of his session */
	for (size_t i = 0; i < viewer->room->n; i++)
		lower(c, &(struct viewer){.person = viewer->room->v[i]}, item, t, out);
}
