#pragma once
/*
 * Random worlds: the worked case with its phases, rules, ceilings, people, consents, blocks,
 * emergencies and items drawn anew. The same seed gives the same world.
 */
#include "world.h"

#include <stdbool.h>

/* The dice, one for a program; draw gives 0 to n - 1. */
void dice_seed(uint64_t seed);
unsigned draw(unsigned n);
bool often(unsigned percent);
/* A day of October or November 2026. */
int64_t draw_time(void);

/* All that decides sight, as records of the world's arena. */
enum { DRAWN_MOST = 128 };
struct drawn {
	struct rec_case rec;
	struct rec_agreement agreement;
	struct rec_member member[DRAWN_MOST];
	struct rec_rule rule[DRAWN_MOST];
	struct rec_consent consent[DRAWN_MOST];
	struct rec_block block[DRAWN_MOST];
	struct rec_mandate mandate[DRAWN_MOST];
	struct rec_emergency emergency[DRAWN_MOST];
	struct rec_item item[DRAWN_MOST];
	size_t members, rules, consents, blocks, mandates, emergencies, items;
};
/* Reads a world as it stands. */
void drawn_take(struct world *, struct drawn *);
/* Draws an open world anew; out as it then stands. */
void world_draw(struct world *, struct drawn *out);
