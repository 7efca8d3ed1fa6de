/* SPDX-License-Identifier: MIT */
#include "session/packing.h"

#include <emmintrin.h>
#include <string.h>

#include "value/record.h"

enum {
	WORD = 8,
	GROUP = 64, /* words */
	SLOTS = 64, /* of last records, by signature */
	SLOT_BITS = 6,
	SWAP_HALVES = 0xb1, /* of each 64 bits */
};

/* The last record of each slot. */
struct last {
	const uint64_t *words;
	size_t count;
};

static size_t group_count(size_t words)
{
	return (words + GROUP - 1) / GROUP;
}

size_t ct_pack_bound(size_t size, uint32_t count)
{
	return size + count * (sizeof(uint32_t) + WORD) +
	       group_count(size / WORD) * WORD;
}

/* How many of a record's words from one on the last one has, too. */
static size_t common_count(const struct last *last, size_t at, size_t count)
{
	if (last->count <= at)
		return 0;
	return last->count - at < count ? last->count - at : count;
}

/* Which words are others; 8 at a time, as far as there are so many. */
static uint64_t find_changes(const uint64_t *words, const uint64_t *last,
			     size_t count)
{
	uint64_t bits = 0;
	size_t i = 0;
	for (; i + 8 <= count; i += 8) {
		uint64_t same = 0;
		for (size_t k = 0; k < 8; k += 2) {
			__m128i halves = _mm_cmpeq_epi32(
			    _mm_loadu_si128((const void *)(words + i + k)),
			    _mm_loadu_si128((const void *)(last + i + k)));
			halves = _mm_and_si128(
			    halves, _mm_shuffle_epi32(halves, SWAP_HALVES));
			same |=
			    (uint64_t)_mm_movemask_pd(_mm_castsi128_pd(halves))
			    << k;
		}
		bits |= (~same & 0xff) << i;
	}
	for (; i < count; i++)
		bits |= (uint64_t)(words[i] != last[i]) << i;
	return bits;
}

static uint8_t *put(uint8_t *to, uint64_t word)
{
	memcpy(to, &word, WORD);
	return to + WORD;
}

static uint8_t *pack_words(const uint64_t *words, size_t count,
			   const struct last *last, uint8_t *to)
{
	for (size_t at = 0; at < count; at += GROUP) {
		size_t size = count - at < GROUP ? count - at : GROUP;
		size_t common = common_count(last, at, size);
		const uint64_t *now = words + at;
		const uint64_t *before = common ? last->words + at : NULL;
		uint64_t bits = find_changes(now, before, common);
		uint8_t *bits_at = to;
		to += WORD;
		for (uint64_t left = bits; left; left &= left - 1) {
			int i = __builtin_ctzll(left);
			to = put(to, now[i] ^ before[i]);
		}
		for (size_t i = common; i < size; i++) {
			bits |= UINT64_C(1) << i;
			to = put(to, now[i]);
		}
		memcpy(bits_at, &bits, WORD);
	}
	return to;
}

size_t ct_pack(const uint8_t *records, size_t size, uint8_t *ret)
{
	struct last lasts[SLOTS] = {0};
	uint8_t *to = ret;
	for (size_t at = 0; at < size;) {
		const struct ct_record *record = (const void *)(records + at);
		const uint64_t *words = (const void *)record;
		uint32_t slot = record->signature % SLOTS;
		uint32_t count = record->size / WORD;
		uint32_t head = count << SLOT_BITS | slot;
		memcpy(to, &head, sizeof(head));
		to = pack_words(words, count, &lasts[slot], to + sizeof(head));
		lasts[slot] = (struct last){words, count};
		at += record->size;
	}
	return (size_t)(to - ret);
}

/* What is left to be read. */
struct packed {
	const uint8_t *at, *end;
};

static bool read_bytes(struct packed *packed, void *ret, size_t size)
{
	if ((size_t)(packed->end - packed->at) < size)
		return false;
	memcpy(ret, packed->at, size);
	packed->at += size;
	return true;
}

static bool unpack_words(struct packed *packed, uint64_t *words, size_t count,
			 const struct last *last)
{
	uint64_t bits = 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t change = 0;
		if (i % GROUP == 0 && !read_bytes(packed, &bits, WORD))
			return false;
		if (bits >> i % GROUP & 1 && !read_bytes(packed, &change, WORD))
			return false;
		words[i] = change ^ (i < last->count ? last->words[i] : 0);
	}
	return true;
}

bool ct_unpack(const uint8_t *packed, size_t packed_size, uint8_t *ret,
	       size_t size, uint32_t *index, uint32_t count)
{
	struct packed from = {packed, packed + packed_size};
	struct last lasts[SLOTS] = {0};
	size_t at = 0;
	uint32_t head;
	for (uint32_t i = count; i-- > 0;) {
		if (!read_bytes(&from, &head, sizeof(head)))
			return false;
		uint64_t *words = (void *)(ret + at);
		uint32_t slot = head % SLOTS;
		size_t length = head >> SLOT_BITS;
		if (!length || length > (size - at) / WORD ||
		    !unpack_words(&from, words, length, &lasts[slot]))
			return false;
		lasts[slot] = (struct last){words, length};
		index[i] = (uint32_t)at;
		at += length * WORD;
	}
	return at == size && from.at == from.end;
}
