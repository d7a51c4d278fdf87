#pragma once
/* A house to break: the flow harness's case, with the shim of shim.h preloaded into its server. */
#include "flow.h"

#include "shim.h"

struct house {
	struct flow flow;
	struct flow_case c; /* its code; the links are closed */
	struct faults *faults;
	char page[96];
};
/* conf: lines of the configuration. The server is stopped, and starts with faults from now on. */
void house_begin(struct house *, const char *conf);
void house_end(struct house *);
/* What is to go wrong with the call after so many of its kind; nothing: house_calm. */
void house_arm(struct house *, enum act, enum call, int64_t left, int code);
void house_calm(struct house *);
/* Where the server listens now, told to the homes of these people; whole at any moment. */
void house_tell(struct house *, const char *const *handles, int n);
/* Another case with the same people, made over open links. */
void house_case(struct house *, struct flow_case *);

/* Small decisions from a seed. */
uint64_t draw(uint64_t *seed);
static inline uint64_t draw_to(uint64_t *seed, uint64_t n)
{
	return draw(seed) % n;
}
