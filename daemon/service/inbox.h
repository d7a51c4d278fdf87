#pragma once
/* The inbox: what is said that he has not read, counted over what he sees and nothing else. */
#include "serve.h"

struct inbox_counts {
	int64_t unread, mentions, asked;
};
/* Of the request's case; adds to what is there. */
void inbox_count(struct request *, struct inbox_counts *);
