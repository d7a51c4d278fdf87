#pragma once
/*
 * The one clock. Wall time is UTC in milliseconds since 1970; it stamps and is compared with terms,
 * it never orders anything. Monotonic time drives timers. Tests set the wall clock.
 */
#include <stdint.h>

int64_t clock_now_ms(void);
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);    /* to measure with */
void clock_set_ms(int64_t now); /* tests: time stands still at now; 0 lets it run again */

/* "2026-11-24" or "2026-11-24T13:00:00Z" -> ms; a bare date is its first instant in
 * Europe/Amsterdam, or its last (23:59:59.999) when end is asked for. Returns -1 for anything else.
 */
int64_t clock_parse(const char *text, int end_of_day);
/* So many calendar months later in Amsterdam, at the same time of day; on the month's last day when
 * the date is not in it. */
int64_t clock_months(int64_t ms, int months);
/* RFC 3339 in UTC, seconds; out holds at least 24 bytes. Returns out. */
char *clock_format(int64_t ms, char out[24]);
/* The date in Europe/Amsterdam, "2026-11-24"; out holds at least 12 bytes. Returns out. */
char *clock_date(int64_t ms, char out[12]);
/* The time of day in Europe/Amsterdam, "13:30"; out holds at least 8 bytes. Returns out. */
char *clock_time(int64_t ms, char out[8]);
