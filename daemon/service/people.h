#pragma once
/* The people of the agencies, and their admins. */
#include "serve.h"

/* The agency's domain; empty when there is none of that name. */
struct slice agency_domain(struct request *, struct slice agency);
/* ERR_OK for the agency's own admin and for the partnership's; else refused, and said why. The
 * right to look after people at all is the method's. */
enum err people_admin(struct request *, struct slice agency);
bool people_is_partnerships(const struct rec_person *);
/* An agency admin names helpers, who treats, and admins of his own agency; every other function is
 * the partnership's to give. */
enum err people_may_give(struct request *, struct slices functions);
/* The person that the parameter "person" names, when the asker is his admin. */
enum err people_of_mine(struct request *, struct rec_person *out);
/* Whether there is somebody, stopped or not, who is so; of is passed on. */
bool people_any(struct request *,
		bool (*is)(struct request *, const struct rec_person *, struct slice of),
		struct slice of);
/* Whether the person ever joined on a device. */
bool people_joined(struct request *, uint64_t person);
/* How many devices the person has, stopped ones too. */
unsigned people_devices(struct request *, uint64_t person);
