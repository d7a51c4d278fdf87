#include "manager.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static int manager = -1;
static struct sockaddr_un manager_at = {.sun_family = AF_UNIX};
static socklen_t manager_n;

void manager_find(void)
{
	const char *path = getenv("NOTIFY_SOCKET");

	if (!path || strlen(path) >= sizeof(manager_at.sun_path))
		return;
	strcpy(manager_at.sun_path, path);
	if (manager_at.sun_path[0] == '@')
		manager_at.sun_path[0] = 0;
	manager_n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

void manager_tell(const char *state)
{
	if (manager >= 0)
		sendto(manager, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&manager_at,
		       manager_n);
}
