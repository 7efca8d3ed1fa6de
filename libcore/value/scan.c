/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "value/scan.h"
#include "value/utf8.h"

typedef unsigned __int128 u128;

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* 99 for what is no digit in any base. */
static unsigned digit_value(char c)
{
	if (is_digit(c))
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 99;
}

const char *ct_scan_space(const char *at)
{
	while (*at == ' ' || (*at >= '\t' && *at <= '\r'))
		at++;
	return at;
}

const char *ct_scan_word(const char *at)
{
	if (!is_word_start(*at))
		return at;
	while (is_word_start(*at) || is_digit(*at))
		at++;
	return at;
}

/* The base that a number's prefix says; *digits is where they start. */
static unsigned number_base(const char *at, const char **digits)
{
	unsigned base = 10;
	*digits = at + 2;
	if (at[0] == '0' && at[1]) {
		if (strchr("xX", at[1]))
			base = 16;
		else if (strchr("bB", at[1]))
			base = 2;
		else if (strchr("oO", at[1]))
			base = 8;
		else if (is_digit(at[1])) {
			*digits = at + 1;
			return 8;
		}
	}
	if (base == 10 || digit_value(at[2]) >= base) {
		*digits = at;
		return 10;
	}
	return base;
}

static const char *scan_integer(const char *at, struct ct_scan_number *number)
{
	const char *p;
	unsigned base = number_base(at, &p);
	u128 value = 0;
	for (; digit_value(*p) < base; p++) {
		unsigned digit = digit_value(*p);
		if (value > (~(u128)0 - digit) / base)
			number->is_huge = true;
		value = value * base + digit;
	}
	number->integer = value;
	number->is_decimal = base == 10;
	return p;
}

/* In the C locale, which newlocale() gives without allocating. */
static long double scan_long_double(const char *at, const char **end)
{
	locale_t c_locale = newlocale(LC_ALL_MASK, "C", NULL);
	char *stop;
	long double value = strtold_l(at, &stop, c_locale);
	freelocale(c_locale);
	*end = stop;
	return value;
}

static const char *skip_suffix(const char *at, struct ct_scan_number *number)
{
	if (number->is_real)
		return *at && strchr("fFlL", *at) ? at + 1 : at;
	for (; *at && strchr("uUlL", *at); at++) {
		if (strchr("uU", *at))
			number->is_unsigned = true;
		else
			number->is_long = true;
	}
	return at;
}

/* 08 is no octal number, and not the real 8 either. */
static bool looks_real(const char *at, const char *end)
{
	for (; at < end; at++) {
		if (strchr(".eEpPnN", *at))
			return true;
	}
	return false;
}

const char *ct_scan_number(const char *at, struct ct_scan_number *ret)
{
	if (!is_digit(*at) && !(at[0] == '.' && is_digit(at[1])) &&
	    !(*at && strchr("nNiI", *at)))
		return NULL;

	struct ct_scan_number number = {.at = at};
	const char *integer_end = scan_integer(at, &number);
	const char *real_end;
	scan_long_double(at, &real_end);
	const char *end = integer_end;
	if (real_end > integer_end && looks_real(at, real_end)) {
		number.is_real = true;
		end = real_end;
	}
	if (end == at)
		return NULL;
	end = skip_suffix(end, &number);
	*ret = number;
	return end;
}

bool ct_scan_real(const struct ct_scan_number *number, bool negative,
		  size_t size, void *bytes)
{
	/* Each format by its own conversion: twice rounded would be wrong. */
	float f = (float)number->integer;
	double d = (double)number->integer;
	long double l = (long double)number->integer;
	if (number->is_real || number->is_huge) {
		locale_t c_locale = newlocale(LC_ALL_MASK, "C", NULL);
		f = strtof_l(number->at, NULL, c_locale);
		d = strtod_l(number->at, NULL, c_locale);
		l = strtold_l(number->at, NULL, c_locale);
		freelocale(c_locale);
	}
	if (negative) {
		f = -f;
		d = -d;
		l = -l;
	}
	if (size == sizeof(f)) {
		memcpy(bytes, &f, sizeof(f));
	} else if (size == sizeof(d)) {
		memcpy(bytes, &d, sizeof(d));
	} else if (size == sizeof(l)) {
		/* The x87 format has 10 bytes, the rest is padding. */
		memset(bytes, 0, size);
		memcpy(bytes, &l, 10);
	} else {
		return false;
	}
	return true;
}

/* Behind a prefix of bytes or UTF-8. */
static const char *skip_prefix(const char *at)
{
	if (*at == 'b' || *at == 'B')
		return at + 1;
	if (at[0] == 'u' && at[1] == '8')
		return at + 2;
	return at;
}

bool ct_scan_is_quoted(const char *at)
{
	const char *quote = skip_prefix(at);
	return *quote == '"' || *quote == '\'';
}

static void put_utf8(struct ct_buffer *out, uint32_t c)
{
	if (c < 0x80) {
		ct_buffer_putc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		ct_buffer_putc(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			ct_buffer_putc(out, (char)(0xe0 | c >> 12));
		} else {
			ct_buffer_putc(out, (char)(0xf0 | c >> 18));
			ct_buffer_putc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		ct_buffer_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	ct_buffer_putc(out, (char)(0x80 | (c & 0x3f)));
}

/* Up to `max` digits; returns how many. */
static unsigned scan_digits(const char *at, unsigned base, unsigned max,
			    uint32_t *value)
{
	unsigned count = 0;
	*value = 0;
	for (; count < max && digit_value(at[count]) < base; count++)
		*value = *value * base + digit_value(at[count]);
	return count;
}

/* at is the u or U.  NULL: a problem. */
static const char *scan_unicode(const char *at, struct ct_buffer *out,
				const char **problem)
{
	unsigned length = *at == 'u' ? 4 : 8;
	uint32_t c, low;
	if (scan_digits(at + 1, 16, length, &c) != length) {
		*problem = *at == 'u' ? "\\u wants four hex digits"
				      : "\\U wants eight hex digits";
		return NULL;
	}
	at += 1 + length;
	if (c >= 0xd800 && c < 0xdc00 && at[0] == '\\' && at[1] == 'u' &&
	    scan_digits(at + 2, 16, 4, &low) == 4 && low >= 0xdc00 &&
	    low < 0xe000) { /* a pair, as in JSON */
		put_utf8(out, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
		return at + 6;
	}
	if (c >= 0xdc80 && c <= 0xdcff) {
		ct_buffer_putc(out, (char)(c & 0xff));
		return at;
	}
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
		*problem = "no such character";
		return NULL;
	}
	put_utf8(out, c);
	return at;
}

/* at is behind the backslash.  NULL: a problem. */
static const char *scan_escape(const char *at, struct ct_buffer *out,
			       const char **problem)
{
	static const char names[] = "abefnrtv\\'\"?";
	static const char values[] = "\a\b\033\f\n\r\t\v\\'\"?";
	uint32_t c;
	const char *name = *at ? strchr(names, *at) : NULL;
	if (name) {
		ct_buffer_putc(out, values[name - names]);
		return at + 1;
	}
	if (*at == 'u' || *at == 'U')
		return scan_unicode(at, out, problem);
	bool is_hex = *at == 'x';
	unsigned count =
	    is_hex ? scan_digits(at + 1, 16, 2, &c) : scan_digits(at, 8, 3, &c);
	if (!count) {
		*problem = "unknown escape";
		return NULL;
	}
	if (c > 0xff) {
		*problem = "an escape of more than one byte";
		return NULL;
	}
	ct_buffer_putc(out, (char)c);
	return at + count + is_hex;
}

const char *ct_scan_quoted(const char *at, struct ct_buffer *out,
			   const char **problem, const char **where)
{
	const char *start = at;
	at = skip_prefix(at);
	char quote = *at++;
	while (*at != quote) {
		if (!*at) {
			*problem = "missing closing quote";
			*where = start;
			return NULL;
		}
		const char *plain = at;
		while (*at && *at != quote && *at != '\\')
			at++;
		ct_buffer_append(out, plain, (size_t)(at - plain));
		if (*at != '\\')
			continue;
		*where = at;
		at = scan_escape(at + 1, out, problem);
		if (!at)
			return NULL;
	}
	return at + 1;
}

int32_t ct_scan_character(const char *bytes, size_t size)
{
	const unsigned char *s = (const unsigned char *)bytes;
	if (size == 1)
		return s[0];
	if (size < 2 || size > 4 || ct_utf8_sequence(s, size) != size)
		return -1;
	static const unsigned char masks[] = {0, 0, 0x1f, 0x0f, 0x07};
	int32_t c = s[0] & masks[size];
	for (size_t i = 1; i < size; i++)
		c = c << 6 | (s[i] & 0x3f);
	return c;
}
