#include "spread.h"

const uint32_t spread_us[SPREAD_STEPS] = {50,    100,   250,   500,    1000,   2500,    5000,
					  10000, 25000, 50000, 100000, 250000, 1000000, 5000000};

void spread_add(struct spread *s, int64_t us)
{
	int i = 0;

	while (i < SPREAD_STEPS && us > (int64_t)spread_us[i])
		i++;
	s->in[i]++;
	s->n++;
	s->sum_us += us > 0 ? (uint64_t)us : 0;
}

uint32_t spread_at(const struct spread *s, unsigned per_mille)
{
	uint64_t below = 0;

	for (int i = 0; i < SPREAD_STEPS && s->n; i++) {
		below += s->in[i];
		if (below * 1000 >= s->n * per_mille)
			return spread_us[i];
	}
	return s->n ? UINT32_MAX : 0;
}
