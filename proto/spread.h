#pragma once
/* A spread: how long something took, counted in steps, as Prometheus' histograms have it. */
#include <stdint.h>

enum { SPREAD_STEPS = 14 };
extern const uint32_t spread_us[SPREAD_STEPS]; /* upper bounds, in microseconds */
struct spread {
	uint64_t in[SPREAD_STEPS + 1]; /* the last: longer than every bound */
	uint64_t n, sum_us;
};
void spread_add(struct spread *, int64_t us);
/* The bound below which so many in a thousand lie, in us; 0: nothing was counted. */
uint32_t spread_at(const struct spread *, unsigned per_mille);
