#pragma once
/*
 * Lapsing: the move that the clock makes of an item whose moment has come. An action that is late
 * becomes verlopen: its doer and the casusregisseur are told, and a signal asks whether there is
 * standstill. What a kind asks beyond its move is a row in lapse.c.
 */
#include "serve.h"

/* For due.c: at is the moment of its row; an item that has another by now is left alone. */
enum err lapse_item(struct request *, uint64_t num, int64_t at);
