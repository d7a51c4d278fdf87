#pragma once
/* The service manager, as sd_notify(3) describes it: told when the server is ready and when it
 * stops. */

/* Makes the socket when NOTIFY_SOCKET names one; before confinement, after which none is to be had.
 */
void manager_find(void);
/* "READY=1"; nothing when there is no manager. */
void manager_tell(const char *state);
