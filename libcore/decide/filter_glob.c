/* SPDX-License-Identifier: MIT */
/*
 * Globs without recursion: on a mismatch the last star takes one byte more.
 * An earlier star never needs to, so the work is at most pattern x text.
 */
#include "decide/filter_code.h"

/* A class [a-z], p at its bracket, or one byte; the pattern behind it in
 * *next. */
static bool match_class(const char *p, const char *end, unsigned char c,
			const char **next)
{
	const char *at = p + 1;
	bool negated = at < end && (*at == '!' || *at == '^');
	bool found = false;
	at += negated;
	for (bool first = true; at < end && (first || *at != ']');
	     first = false) {
		unsigned char low = (unsigned char)*at++, high = low;
		if (at + 1 < end && *at == '-' && at[1] != ']') {
			high = (unsigned char)at[1];
			at += 2;
		}
		found |= c >= low && c <= high;
	}
	if (at >= end) { /* it never closes: a bracket that means itself */
		*next = p + 1;
		return c == '[';
	}
	*next = at + 1;
	return found != negated;
}

static bool match_one(const char *p, const char *end, unsigned char c,
		      const char **next)
{
	if (*p == '[')
		return match_class(p, end, c, next);
	if (*p == '?') {
		*next = p + 1;
		return true;
	}
	if (*p == '\\' && p + 1 < end)
		p++;
	*next = p + 1;
	return (unsigned char)*p == c;
}

bool filter_glob(const char *pattern, uint32_t pattern_size, const char *text,
		 uint32_t text_size)
{
	const char *p = pattern, *p_end = pattern + pattern_size;
	const char *t = text, *t_end = text + text_size;
	const char *star = NULL, *star_text = NULL, *next;
	while (t < t_end) {
		if (p < p_end && *p == '*') {
			star = ++p;
			star_text = t;
		} else if (p < p_end &&
			   match_one(p, p_end, (unsigned char)*t, &next)) {
			p = next;
			t++;
		} else if (star) {
			p = star;
			t = ++star_text;
		} else {
			return false;
		}
	}
	while (p < p_end && *p == '*')
		p++;
	return p == p_end;
}
