#pragma once
/* Members: who takes part in a case, and the people behind them. */
#include "serve.h"

enum err person_rec(struct request *, uint64_t person, struct rec_person *out);
/* The first members of a new case, with all its purposes; status is "active" or "invited". */
enum err member_first(struct request *, const struct rec_case *, uint64_t person, const char *role,
		      const char *status);
/* The part of member.invite's parameters, when he may come so. */
enum err member_arg(struct request *, struct rec_member *out);
/* Who runs the server or the partnership takes part in no case: he would be the one who can make
 * himself see it. ERR_REFUSED names him. */
enum err member_keeps_house(struct request *, const struct rec_person *);
/* His part as member.end leaves it, and the bar of member.block; when they may be. */
enum err member_end_arg(struct request *, struct rec_member *out);
enum err member_block_arg(struct request *, struct rec_block *out);
/* The case as case.phase leaves it, when it may go there. */
enum err case_phase_arg(struct request *, struct rec_case *out);
/* MEMBER on the wire; and the array of all who take or took part. */
void member_pack(struct request *, const struct rec_member *, struct buf *out);
void members_pack(struct request *, struct buf *out);
/* "zoe@schuldhulp" -> "schuldhulp", whether there is such a person or not. */
struct slice handle_agency(struct slice handle);
