#include "moves.h"

static const char *const steps[][2] = {
	{"aangemeld", "triage"},    {"triage", "actief"},         {"triage", "afgewezen"},
	{"triage", "doorverwezen"}, {"actief", "afschaling"},     {"afschaling", "nazorg"},
	{"afschaling", "actief"},   {"nazorg", "actief"},         {"nazorg", "gesloten"},
	{"afgewezen", "gesloten"},  {"doorverwezen", "gesloten"},
};

bool phase_follows(struct slice from, struct slice to)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (slice_is(from, steps[i][0]) && slice_is(to, steps[i][1]))
			return true;
	return false;
}

bool phase_closed(struct slice phase)
{
	return slice_is(phase, "gesloten") || slice_is(phase, "afgewezen") ||
	       slice_is(phase, "doorverwezen") || slice_is(phase, "vernietigd");
}
