/* SPDX-License-Identifier: MIT */
/*
 * A binary floating-point number m * 2^e stands for every real number that
 * rounds to it: an interval that reaches halfway to its neighbours.  The
 * shortest decimal is the one with the fewest digits in that interval, and of
 * those the one nearest to the number.
 *
 * From 1e-4 to 1e17 the interval, scaled so that the number has 17 digits
 * before the point, fits in 128 bits exactly (shortest_exact).  Outside, and
 * for long double, we ask printf for more and more digits until they read
 * back (shortest_printf).
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value/number.h"

/* 0.d1d2d3... * 10^point */
struct decimal {
	char digits[24];
	int count;
	int point;
};

static const char two_digits[] = "00010203040506070809"
				 "10111213141516171819"
				 "20212223242526272829"
				 "30313233343536373839"
				 "40414243444546474849"
				 "50515253545556575859"
				 "60616263646566676869"
				 "70717273747576777879"
				 "80818283848586878889"
				 "90919293949596979899";

/* Digits, right-aligned before end; returns the first. */
static char *write_backwards(char *end, uint64_t value)
{
	while (value >= 100) {
		end -= 2;
		memcpy(end, two_digits + value % 100 * 2, 2);
		value /= 100;
	}
	if (value >= 10) {
		end -= 2;
		memcpy(end, two_digits + value * 2, 2);
	} else {
		*--end = (char)('0' + value);
	}
	return end;
}

char *ct_number_write_u64(char *out, uint64_t value)
{
	char digits[20];
	char *end = digits + sizeof(digits);
	char *begin = write_backwards(end, value);
	memcpy(out, begin, (size_t)(end - begin));
	return out + (end - begin);
}

static char *write_u128(char *out, unsigned __int128 value)
{
	const uint64_t ten19 = UINT64_C(10000000000000000000);
	if (!(value >> 64))
		return ct_number_write_u64(out, (uint64_t)value);
	out = write_u128(out, value / ten19);
	char digits[19];
	memset(digits, '0', sizeof(digits));
	write_backwards(digits + sizeof(digits), (uint64_t)(value % ten19));
	memcpy(out, digits, sizeof(digits));
	return out + sizeof(digits);
}

char *ct_number_write_integer(char *out, unsigned __int128 bits, bool is_signed)
{
	if (is_signed && bits >> 127) {
		*out++ = '-';
		bits = -bits;
	}
	return write_u128(out, bits);
}

static char *write_exponent(char *out, int exponent)
{
	*out++ = 'e';
	*out++ = exponent < 0 ? '-' : '+';
	unsigned size = (unsigned)abs(exponent);
	if (size < 10)
		*out++ = '0';
	return ct_number_write_u64(out, size);
}

/* repr() of Python: an exponent below 1e-4 and from 1e16 on. */
static char *write_decimal(char *out, const struct decimal *d)
{
	size_t count = (size_t)d->count;
	if (d->point < -3 || d->point > 16) {
		*out++ = d->digits[0];
		if (count > 1) {
			*out++ = '.';
			memcpy(out, d->digits + 1, count - 1);
			out += count - 1;
		}
		return write_exponent(out, d->point - 1);
	}
	if (d->point <= 0) {
		memcpy(out, "0.000", 5);
		out += 2 - d->point;
		memcpy(out, d->digits, count);
		return out + count;
	}
	size_t whole = (size_t)d->point;
	size_t known = count < whole ? count : whole;
	memcpy(out, d->digits, known);
	memset(out + known, '0', whole - known);
	out += whole;
	*out++ = '.';
	if (known == count)
		*out++ = '0';
	memcpy(out, d->digits + known, count - known);
	return out + (count - known);
}

/* value * 10^-scale */
static void set_decimal(struct decimal *d, uint64_t value, int scale)
{
	char *end = ct_number_write_u64(d->digits, value);
	d->count = (int)(end - d->digits);
	d->point = d->count - scale;
	while (d->count > 1 && d->digits[d->count - 1] == '0')
		d->count--;
}

static const uint64_t powers_of_10[] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
};

/* k, such that value * 10^k has 17 digits before its point. */
static int scale_of(double value)
{
	int k = 16;
	if (value < 1) {
		for (double least = 1; value < least; least /= 10)
			k++;
		return k;
	}
	while (k > 0 && value >= (double)powers_of_10[17 - k])
		k--;
	return k;
}

/* The number itself, whole + fraction / unit. */
struct scaled {
	uint64_t whole;
	unsigned __int128 fraction, unit;
};

/* Nearer to the next multiple of power than to the one below; a tie goes to
 * the even one. */
static bool rounds_up(const struct scaled *number, uint64_t power)
{
	bool odd = number->whole / power & 1;
	if (power == 1) {
		unsigned __int128 half = number->unit / 2;
		return number->fraction > half ||
		       (number->fraction == half && odd);
	}
	uint64_t rest = number->whole % power;
	if (rest != power / 2)
		return rest > power / 2;
	return number->fraction || odd;
}

/* Of the numbers lowest..highest (scaled by 10^k) the one with the fewest
 * digits; of those the nearest to the number. */
static void choose_shortest(struct decimal *d, uint64_t lowest,
			    uint64_t highest, const struct scaled *number,
			    int k)
{
	uint64_t power = 1;
	int dropped = 0;
	for (;;) {
		uint64_t low = (lowest + 9) / 10;
		uint64_t high = highest / 10;
		if (low > high)
			break;
		lowest = low;
		highest = high;
		power *= 10;
		dropped++;
	}
	uint64_t chosen = number->whole / power + rounds_up(number, power);
	if (chosen < lowest)
		chosen = lowest;
	if (chosen > highest)
		chosen = highest;
	set_decimal(d, chosen, k - dropped);
}

/* value is m * 2^e, from 1e-4 to 1e17.  half_gap_below: m is a power of two,
 * whose lower neighbour is nearer than its upper one. */
static void shortest_exact(struct decimal *d, double value, uint64_t m, int e,
			   bool half_gap_below)
{
	typedef unsigned __int128 u128;
	int k = scale_of(value);
	u128 ten = k <= 17 ? (u128)powers_of_10[k]
			   : (u128)powers_of_10[17] * powers_of_10[k - 17];
	if (e > 0)
		ten <<= e;
	/* In quarters of 2^-shift; 4 * m * 10^k < 2^125. */
	int shift = (e < 0 ? -e : 0) + 2;
	u128 middle = 4 * ten * m;
	u128 low = middle - (half_gap_below ? ten : 2 * ten);
	u128 high = middle + 2 * ten;
	u128 unit = (u128)1 << shift;
	bool odd = m & 1; /* ties go to the even neighbour */

	uint64_t lowest = (uint64_t)(low >> shift);
	if ((low & (unit - 1)) || odd)
		lowest++;
	uint64_t highest = (uint64_t)(high >> shift);
	if (!(high & (unit - 1)) && odd)
		highest--;
	struct scaled number = {
	    .whole = (uint64_t)(middle >> shift),
	    .fraction = middle & (unit - 1),
	    .unit = unit,
	};
	choose_shortest(d, lowest, highest, &number, k);
}

static long double read_back(const char *text, size_t size)
{
	if (size == sizeof(float))
		return strtof(text, NULL);
	if (size == sizeof(double))
		return strtod(text, NULL);
	return strtold(text, NULL);
}

static bool reads_back(const struct decimal *d, long double value, size_t size)
{
	/* Without a point, which would be the locale's. */
	char text[40];
	snprintf(text, sizeof(text), "%.*se%d", d->count, d->digits,
		 d->point - d->count);
	return read_back(text, size) == value;
}

static void print_digits(struct decimal *d, long double value, int precision)
{
	char text[48];
	snprintf(text, sizeof(text), "%.*Le", precision - 1, value);
	d->count = 0;
	const char *p = text;
	for (; *p && *p != 'e'; p++) {
		if (*p >= '0' && *p <= '9')
			d->digits[d->count++] = *p;
	}
	d->point = atoi(p + (*p == 'e')) + 1;
}

/* The next larger decimal of as many digits; false when it has more. */
static bool next_decimal(struct decimal *d)
{
	int i = d->count - 1;
	for (; i >= 0 && d->digits[i] == '9'; i--)
		d->digits[i] = '0';
	if (i < 0)
		return false;
	d->digits[i]++;
	return true;
}

static long double smallest_normal(size_t size)
{
	if (size == sizeof(float))
		return FLT_MIN;
	return size == sizeof(double) ? DBL_MIN : LDBL_MIN;
}

static void shortest_printf(struct decimal *d, long double value, size_t size)
{
	/* From the digits that a decimal never loses on the way to binary and
	 * back, to those that a binary never loses on the way to decimal. */
	int precision = LDBL_DIG, last = LDBL_DECIMAL_DIG;
	if (size == sizeof(float)) {
		precision = FLT_DIG;
		last = FLT_DECIMAL_DIG;
	} else if (size == sizeof(double)) {
		precision = DBL_DIG;
		last = DBL_DECIMAL_DIG;
	}
	if (value < smallest_normal(size))
		precision = 1; /* a subnormal has less */
	for (; precision < last; precision++) {
		print_digits(d, value, precision);
		if (reads_back(d, value, size))
			break;
		/* Below a power of two the interval is only half as wide: the
		 * nearest decimal can miss it and the next one be inside. */
		if (next_decimal(d) && reads_back(d, value, size))
			break;
	}
	if (precision == last)
		print_digits(d, value, precision);
	while (d->count > 1 && d->digits[d->count - 1] == '0')
		d->count--;
}

static void shortest(struct decimal *d, long double value, size_t size)
{
	double narrow = (double)value;
	if (narrow < 1e-4 || narrow >= 1e17) {
		shortest_printf(d, value, size);
	} else if (size == sizeof(float)) {
		uint32_t bits;
		float single = (float)value;
		memcpy(&bits, &single, sizeof(bits));
		uint32_t m = bits & 0x7fffff;
		shortest_exact(d, narrow, m | 0x800000,
			       (int)(bits >> 23) - 127 - 23, !m);
	} else if (size == sizeof(double)) {
		uint64_t bits;
		memcpy(&bits, &narrow, sizeof(bits));
		uint64_t m = bits & ((UINT64_C(1) << 52) - 1);
		shortest_exact(d, narrow, m | UINT64_C(1) << 52,
			       (int)(bits >> 52) - 1023 - 52, !m);
	} else {
		shortest_printf(d, value, size);
	}
}

/* Whole numbers below this are exact in the type and shown digit by digit. */
static long double whole_limit(size_t size)
{
	if (size == sizeof(float))
		return 0x1p24L;
	return size == sizeof(double) ? 0x1p53L : 1e16L;
}

char *ct_number_write_real(char *out, long double value, size_t size)
{
	if (isnan(value)) {
		memcpy(out, "nan", 3);
		return out + 3;
	}
	if (signbit(value)) {
		*out++ = '-';
		value = -value;
	}
	if (isinf(value)) {
		memcpy(out, "inf", 3);
		return out + 3;
	}
	if (value < whole_limit(size)) {
		uint64_t whole = (uint64_t)value;
		if ((long double)whole == value) {
			out = ct_number_write_u64(out, whole);
			memcpy(out, ".0", 2);
			return out + 2;
		}
	}
	struct decimal d;
	shortest(&d, value, size);
	return write_decimal(out, &d);
}
