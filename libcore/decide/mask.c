/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "decide/mask.h"

enum {
	WORD_BITS = 64
};

static const struct {
	const char *name;
	uint32_t bits;
} names[] = {
    {"never", 0}, {"first", 1}, {"second", 2},
    {"twice", 3}, {"third", 4}, {"always", UINT32_MAX},
};

void ct_mask_text_deinit(struct ct_mask_text *text)
{
	free(text->words);
	*text = (struct ct_mask_text){0};
}

static struct ct_error *bad(const char *text)
{
	return ct_error_format(
	    CT_ERROR_BAD_ARGUMENT,
	    "'%s' names no calls: always, never, first, second, third, twice, "
	    "numbers as 1,3,5-9,33-, or a mask as 0xff",
	    text);
}

static struct ct_error *too_far(void)
{
	return ct_error_format(CT_ERROR_BAD_ARGUMENT,
			       "calls are numbered from 1 to %d",
			       CT_MASK_CALLS_MAX);
}

/* Room for so many bits, all 0 at first. */
static struct ct_error *grow(struct ct_mask_text *mask, uint32_t count)
{
	if (count > CT_MASK_CALLS_MAX)
		return too_far();
	size_t had = ((size_t)mask->count + WORD_BITS - 1) / WORD_BITS;
	size_t wanted = ((size_t)count + WORD_BITS - 1) / WORD_BITS;
	if (wanted > had) {
		uint64_t *words = realloc(mask->words, wanted * sizeof(*words));
		if (!words)
			return &ct_enomem;
		memset(words + had, 0, (wanted - had) * sizeof(*words));
		mask->words = words;
	}
	if (count > mask->count)
		mask->count = count;
	return NULL;
}

static bool has_bit(const uint64_t *words, uint32_t i)
{
	return words[i / WORD_BITS] >> (i % WORD_BITS) & 1;
}

static void set_bits(struct ct_mask_text *mask, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++)
		mask->words[i / WORD_BITS] |= 1ull << (i % WORD_BITS);
}

/* FAIL_ALWAYS is all of 32 bits, and no more. */
static void find_always(struct ct_mask_text *mask)
{
	uint64_t others = 0;
	for (uint32_t i = 1; i * WORD_BITS < mask->count; i++)
		others |= mask->words[i];
	if (mask->count >= CT_MASK_BITS && !others &&
	    mask->words[0] == UINT32_MAX)
		mask->flags |= CT_MASK_ALWAYS;
}

static int digit_of(char letter)
{
	if (isdigit((unsigned char)letter))
		return letter - '0';
	letter |= 0x20;
	return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : 16;
}

/* 0xff, 0b11, with a + behind or not. */
static struct ct_error *parse_mask(const char *text, struct ct_mask_text *ret)
{
	uint32_t width = (text[1] | 0x20) == 'x' ? 4 : 1;
	const char *digits = text + 2;
	size_t length = strlen(digits);
	bool endless = length && digits[length - 1] == '+';
	length -= endless;
	if (!length)
		return bad(text);
	if (length > CT_MASK_CALLS_MAX / width)
		return too_far();
	uint32_t count = (uint32_t)length * width;
	struct ct_error *err =
	    grow(ret, count < CT_MASK_BITS ? CT_MASK_BITS : count);
	for (size_t i = 0; !err && i < length; i++) {
		int digit = digit_of(digits[length - 1 - i]);
		uint32_t at = (uint32_t)i * width;
		if (digit >= 1 << width)
			return bad(text);
		for (uint32_t j = 0; j < width; j++)
			if (digit >> j & 1)
				set_bits(ret, at + j, at + j + 1);
	}
	if (!err && endless && has_bit(ret->words, ret->count - 1))
		ret->flags |= CT_MASK_ENDLESS;
	if (!err)
		find_always(ret);
	return err;
}

static struct ct_error *parse_number(const char **at, uint32_t *ret)
{
	uint64_t number = 0;
	const char *start = *at;
	for (; isdigit((unsigned char)**at) && number <= CT_MASK_CALLS_MAX;
	     ++*at)
		number = number * 10 + (uint64_t)(**at - '0');
	if (*at == start || !number || number > CT_MASK_CALLS_MAX)
		return too_far();
	*ret = (uint32_t)number;
	return NULL;
}

/* 1,3,5-9,33- */
static struct ct_error *parse_calls(const char *text, struct ct_mask_text *ret)
{
	for (const char *at = text;; at++) {
		uint32_t first, last;
		if (!isdigit((unsigned char)*at))
			return bad(text);
		struct ct_error *err = parse_number(&at, &first);
		if (err)
			return err;
		last = first;
		bool is_range = *at == '-';
		at += is_range;
		if (is_range && !*at) {
			err = grow(ret, first);
			if (!err)
				set_bits(ret, first - 1, ret->count);
			ret->flags |= CT_MASK_ENDLESS;
			return err;
		}
		if (is_range && !isdigit((unsigned char)*at))
			return bad(text);
		if (is_range)
			err = parse_number(&at, &last);
		if (!err && last < first)
			return bad(text);
		if (!err)
			err = grow(ret, last);
		if (err)
			return err;
		set_bits(ret, first - 1, last);
		if (!*at)
			return NULL;
		if (*at != ',')
			return bad(text);
	}
}

struct ct_error *ct_mask_parse(const char *text, struct ct_mask_text *ret)
{
	struct ct_mask_text mask = {0};
	struct ct_error *err = NULL;
	size_t i, count = sizeof(names) / sizeof(*names);
	for (i = 0; i < count && strcmp(names[i].name, text) != 0; i++)
		;
	if (i < count) {
		err = grow(&mask, CT_MASK_BITS);
		if (!err) {
			mask.words[0] = names[i].bits;
			find_always(&mask);
		}
	} else if (text[0] == '0' && text[1] && strchr("xXbB", text[1])) {
		err = parse_mask(text, &mask);
	} else {
		err = parse_calls(text, &mask);
	}
	if (err)
		ct_mask_text_deinit(&mask);
	else
		*ret = mask;
	return err;
}

ct_ref ct_mask_place(struct ct_region *region, ct_ref room,
		     const struct ct_mask_text *text)
{
	uint32_t words = (text->count + WORD_BITS - 1) / WORD_BITS;
	struct ct_mask *mask = ct_region_at(region, room);
	if (!mask || mask->word_count < words) {
		room = ct_region_alloc(region, sizeof(*mask) +
						   words * sizeof(uint64_t));
		mask = ct_region_at(region, room);
		if (!mask)
			return 0;
		mask->word_count = words;
	}
	mask->flags = text->flags;
	mask->count = text->count;
	mask->taken = 0;
	if (words)
		memcpy(mask->words, text->words, words * sizeof(uint64_t));
	return room;
}

bool ct_mask_take(struct ct_mask *mask)
{
	if (mask->flags & CT_MASK_ALWAYS)
		return true;
	if (mask->taken >= mask->count)
		return mask->flags & CT_MASK_ENDLESS;
	bool fails = has_bit(mask->words, mask->taken);
	if (fails || !(mask->flags & CT_MASK_KEEPS))
		mask->taken++;
	return fails;
}

/* Bit i of what is left; an endless mask has no last one. */
static bool is_left(const struct ct_mask *mask, uint32_t i)
{
	uint32_t at = mask->taken + i;
	if (mask->flags & CT_MASK_ALWAYS)
		return i < CT_MASK_BITS;
	return at < mask->count ? has_bit(mask->words, at)
				: mask->flags & CT_MASK_ENDLESS;
}

void ct_mask_write(const struct ct_mask *mask, struct ct_buffer *out)
{
	bool endless = mask->flags & CT_MASK_ENDLESS;
	uint32_t count = mask->count - mask->taken;
	if (mask->flags & CT_MASK_ALWAYS || (endless && count < CT_MASK_BITS))
		count = CT_MASK_BITS;
	while (!endless && count && !is_left(mask, count - 1))
		count--;
	/* Whole digits; what they add to an endless mask is in it. */
	count = (count + 3) / 4;
	ct_buffer_puts(out, count ? "0x" : "0x0");
	while (count--) {
		unsigned digit = 0;
		for (uint32_t i = 0; i < 4; i++)
			digit |= (unsigned)is_left(mask, count * 4 + i) << i;
		ct_buffer_putc(out, "0123456789abcdef"[digit]);
	}
	if (endless)
		ct_buffer_putc(out, '+');
}
