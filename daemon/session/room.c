/* A board's room: who has seen what stands on it. */
#include "inside.h"

#include <stdlib.h>

static bool in_room(const struct u64s *room, uint64_t person)
{
	for (size_t i = 0; i < room->n; i++)
		if (room->v[i] == person)
			return true;
	return false;
}

bool room_moved(const struct watcher *w, const struct u64s *room)
{
	for (size_t i = 0; i < room->n; i++)
		if (!in_room(&w->room, room->v[i]))
			return true;
	return w->room.n != room->n;
}

void room_keep(struct watcher *w, const struct u64s *room)
{
	free(w->room.v);
	w->room = (struct u64s){calloc(room->n + 1, sizeof(uint64_t)), room->n};
	if (!w->room.v)
		abort();
	for (size_t i = 0; i < room->n; i++)
		w->room.v[i] = room->v[i];
}

/* All that stands on the board, as something seen. */
static struct request all_held(const struct watcher *w, const struct request *rq)
{
	struct request all = *rq;

	all.seen = ARENA_ARRAY(rq->arena, struct seen_item, w->held_n + 1);
	all.seen_n = w->held_n;
	for (size_t i = 0; i < w->held_n; i++)
		all.seen[i] = (struct seen_item){.case_id = w->case_id,
						 .num = w->held[i].num,
						 .rev = w->held[i].rev,
						 .level = (uint8_t)w->held[i].level,
						 .why = SLICE("bord; kwam binnen")};
	return all;
}

enum err room_disclose(struct watcher *w, struct request *rq)
{
	struct request all = all_held(w, rq);
	const struct u64s *room = rq->who->room;

	for (size_t i = 0; i < room->n; i++)
		TRY(disclose_to(w->session->hub, in_room(&w->room, room->v[i]) ? rq : &all,
				room->v[i], SLICE("board")));
	room_keep(w, room);
	return ERR_OK;
}
