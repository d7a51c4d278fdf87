#pragma once
/* One segment file: making it, mapping it, walking its frames. */
#include "frame.h"

struct segment_map {
	const uint8_t *p;
	size_t n;
	struct segment_head head;
};
/* "00000001.seg" in dir; out holds at least 32 bytes more than dir. */
void segment_path(const char *dir, uint32_t number, char *out, size_t out_n);
/* The lowest and highest number there is in dir; false when there is none. */
bool segments_range(const char *dir, uint32_t *first, uint32_t *last);
/* Makes, preallocates, writes the head, syncs the file and the folder. The descriptor, or -1 with
 * errno. */
int segment_make(const char *dir, const struct segment_head *, uint64_t bytes);
bool segment_map(const char *dir, uint32_t number,
		 struct segment_map *out); /* false: not there, or no sound head */
void segment_unmap(struct segment_map *);

/* Walks sound frames whose chain and positions follow on. */
struct frame_walk {
	const struct segment_map *map;
	size_t at; /* of the frame in f, or of what is not one */
	size_t next;
	struct frame f;
	uint64_t facts, seen;
	uint8_t chain[CHAIN];
	uint32_t batch; /* of the last sound frame */
};
void frames_begin(const struct segment_map *, struct frame_walk *);
bool frames_next(struct frame_walk *); /* false: w->next is the end, or damage */
/* Nothing but zeroes from at to the end. */
bool segment_blank(const struct segment_map *, size_t at);
/* A sound frame of a batch beyond the given one somewhere after at: then what is at is damage and
 * not a torn tail. */
bool segment_goes_on(const struct segment_map *, size_t at, uint32_t batch);
