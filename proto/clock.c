#include "clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, HOUR_MS = 60 * 60 * 1000 };

static int64_t set_ms;

static int64_t read_ms(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
	return set_ms ? set_ms : read_ms(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

int64_t clock_mono_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void clock_set_ms(int64_t now)
{
	set_ms = now;
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar, and back. */
static int64_t days_of(int64_t y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void date_of(int64_t days, int *y, int *m, int *d)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365,
		doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = (int)(yoe + era * 400 + (*m <= 2));
}

/* 01:00 UTC on the last Sunday of the month: when summer time begins (March) and ends (October), EU
 * directive 2000/84. */
static int64_t last_sunday_ms(int y, int m)
{
	int64_t last = days_of(y, m, 31);

	return (last - (last + 4) % 7) * DAY_MS + HOUR_MS;
}

/* Amsterdam's distance to UTC at an instant. */
static int64_t offset_ms(int64_t utc)
{
	int y, m, d;

	date_of(utc >= 0 ? utc / DAY_MS : (utc - DAY_MS + 1) / DAY_MS, &y, &m, &d);
	return utc >= last_sunday_ms(y, 3) && utc < last_sunday_ms(y, 10) ? 2 * HOUR_MS : HOUR_MS;
}

/* The first instant of a day in Amsterdam. */
static int64_t midnight(int64_t days)
{
	int64_t guess = days * DAY_MS - HOUR_MS;

	return days * DAY_MS - offset_ms(guess - HOUR_MS);
}

static int days_in(int y, int m)
{
	return m == 12 ? 31 : (int)(days_of(y, m + 1, 1) - days_of(y, m, 1));
}

static int numbers(const char *text, const char *shape, int *out)
{
	int n = 0;

	for (; *shape; shape++, text++) {
		if (*shape != '0') {
			if (*text != *shape)
				return 0;
			if (shape[1] == '0')
				out[++n] = 0; /* the Z behind the seconds begins no number */
			continue;
		}
		if (*text < '0' || *text > '9')
			return 0;
		out[n] = out[n] * 10 + (*text - '0');
	}
	return *text == 0;
}

static int is_date(const int v[])
{
	return v[0] >= 1970 && v[1] >= 1 && v[1] <= 12 && v[2] >= 1 && v[2] <= days_in(v[0], v[1]);
}

int64_t clock_parse(const char *text, int end_of_day)
{
	int v[8] = {0};
	int64_t days;

	if (numbers(text, "0000-00-00", v) && is_date(v)) {
		days = days_of(v[0], v[1], v[2]);
		return end_of_day ? midnight(days + 1) - 1 : midnight(days);
	}
	memset(v, 0, sizeof(v));
	if (!numbers(text, "0000-00-00T00:00:00Z", v) || !is_date(v) || v[3] > 23 || v[4] > 59 ||
	    v[5] > 59)
		return -1;
	return days_of(v[0], v[1], v[2]) * DAY_MS + ((v[3] * 60LL + v[4]) * 60 + v[5]) * 1000;
}

int64_t clock_months(int64_t ms, int months)
{
	int64_t local = ms + offset_ms(ms), days = local / DAY_MS, time = local - days * DAY_MS;
	int y, m, d;

	date_of(days, &y, &m, &d);
	months += m - 1;
	y += months / 12;
	m = months % 12 + 1;
	d = d < days_in(y, m) ? d : days_in(y, m);
	days = days_of(y, m, d);
	local = days * DAY_MS + time;
	return local - offset_ms(local - HOUR_MS);
}

char *clock_format(int64_t ms, char out[24])
{
	int64_t days = ms >= 0 ? ms / DAY_MS : (ms - DAY_MS + 1) / DAY_MS,
		rest = (ms - days * DAY_MS) / 1000;
	int y, m, d;

	date_of(days, &y, &m, &d);
	snprintf(out, 24, "%04d-%02d-%02dT%02d:%02d:%02dZ", y % 10000, m, d, (int)(rest / 3600),
		 (int)(rest / 60 % 60), (int)(rest % 60));
	return out;
}

char *clock_date(int64_t ms, char out[12])
{
	int64_t local = ms + offset_ms(ms);
	int y, m, d;

	date_of(local >= 0 ? local / DAY_MS : (local - DAY_MS + 1) / DAY_MS, &y, &m, &d);
	snprintf(out, 12, "%04d-%02d-%02d", y % 10000, m, d);
	return out;
}

char *clock_time(int64_t ms, char out[8])
{
	int64_t local = ms + offset_ms(ms), days = local / DAY_MS;
	int minutes;

	if (local < days * DAY_MS)
		days--;
	minutes = (int)((local - days * DAY_MS) / 60000);
	snprintf(out, 8, "%02d:%02d", minutes / 60 % 24, minutes % 60);
	return out;
}
