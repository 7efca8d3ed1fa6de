/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include "value/utf8.h"

static unsigned lead_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2)
		return 0;
	if (lead < 0xe0)
		return 2;
	if (lead < 0xf0)
		return 3;
	return lead < 0xf5 ? 4 : 0;
}

/* What the second byte may be after each lead (Unicode 15, table 3-7). */
static int second_fits(unsigned char lead, unsigned char second)
{
	unsigned char least = 0x80, most = 0xbf;
	if (lead == 0xe0)
		least = 0xa0;
	else if (lead == 0xf0)
		least = 0x90;
	else if (lead == 0xed)
		most = 0x9f;
	else if (lead == 0xf4)
		most = 0x8f;
	return second >= least && second <= most;
}

/* How many of the first size bytes fit into one sequence of that length. */
static size_t fitting(const unsigned char *s, size_t size, unsigned length)
{
	size_t n = 1;
	if (size > 1 && length > 1 && !second_fits(s[0], s[1]))
		return 1;
	while (n < size && n < length && (s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

unsigned ct_utf8_sequence(const unsigned char *s, size_t size)
{
	unsigned length = lead_length(s[0]);
	if (length < 2)
		return length;
	return fitting(s, size, length) == length ? length : 0;
}

size_t ct_utf8_cut(const unsigned char *s, size_t kept, size_t size)
{
	for (size_t back = 1; back <= 3 && back <= kept; back++) {
		const unsigned char *lead = s + kept - back;
		unsigned length = lead_length(*lead);
		if (length == 1)
			break;
		if (length == 0)
			continue;
		/* All that we hold of it is right, and it crosses the cut. */
		size_t held = size - kept + back;
		if (length > back && fitting(lead, held, length) ==
					 (held < length ? held : length))
			return kept - back;
		break;
	}
	return kept;
}

static unsigned char *put(unsigned char *out, uint32_t c)
{
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	if (c < 0x80) {
		*out++ = (unsigned char)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (unsigned char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*out++ = (unsigned char)(0xe0 | c >> 12);
		} else {
			*out++ = (unsigned char)(0xf0 | c >> 18);
			*out++ = (unsigned char)(0x80 | (c >> 12 & 0x3f));
		}
		*out++ = (unsigned char)(0x80 | (c >> 6 & 0x3f));
	}
	*out++ = (unsigned char)(0x80 | (c & 0x3f));
	return out;
}

static uint32_t unit_at(const unsigned char *units, size_t i, unsigned width)
{
	uint32_t unit = 0;
	memcpy(&unit, units + i * width, width);
	return unit;
}

size_t ct_utf8_from_wide(const unsigned char *units, size_t count,
			 unsigned width, int cut, unsigned char *out)
{
	unsigned char *end = out;
	for (size_t i = 0; i < count; i++) {
		uint32_t c = unit_at(units, i, width);
		if (width == 2 && c >= 0xd800 && c < 0xdc00) {
			if (i + 1 == count && cut)
				break;
			uint32_t low =
			    i + 1 < count ? unit_at(units, i + 1, width) : 0;
			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) +
				    (low - 0xdc00);
				i++;
			}
		}
		end = put(end, c);
	}
	return (size_t)(end - out);
}
