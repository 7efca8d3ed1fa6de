/* SPDX-License-Identifier: MIT */
/*
 * Bounded little-endian reading, x86-64's only byte order.  A read past the
 * end gives 0 and sets `bad` for good: a caller reads a whole record and asks
 * once.
 */
#ifndef CT_IMAGE_DW_READER_H
#define CT_IMAGE_DW_READER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct dw_reader {
	const uint8_t *pos, *end;
	bool bad;
};

static inline struct dw_reader dw_reader_over(const uint8_t *data,
					      uint64_t size, uint64_t offset)
{
	/* An absent section: pointers into it must be sums all the same. */
	static const uint8_t nothing[1];

	if (!data || offset > size)
		return (struct dw_reader){
		    .pos = nothing, .end = nothing, .bad = offset > size};
	return (struct dw_reader){
	    .pos = data + offset, .end = data + size, .bad = false};
}

static inline uint64_t dw_reader_left(const struct dw_reader *reader)
{
	return (uint64_t)(reader->end - reader->pos);
}

static inline void dw_reader_fail(struct dw_reader *reader)
{
	reader->bad = true;
	reader->pos = reader->end;
}

static inline void dw_skip(struct dw_reader *reader, uint64_t size)
{
	if (dw_reader_left(reader) < size)
		dw_reader_fail(reader);
	else
		reader->pos += size;
}

/* size is 1 to 8. */
static inline uint64_t dw_read(struct dw_reader *reader, unsigned size)
{
	if (dw_reader_left(reader) < size) {
		dw_reader_fail(reader);
		return 0;
	}
	uint64_t value = 0;
	memcpy(&value, reader->pos, size);
	reader->pos += size;
	return value;
}

/* Padded LEB128 numbers are legal (DWARF 5, 7.6): bits above 64 are dropped,
 * but more than 16 bytes are taken for damage, as libdwarf does. */
enum {
	DW_LEB_MAX = 16
};

static inline uint64_t dw_read_leb(struct dw_reader *reader, bool is_signed)
{
	uint64_t value = 0;
	unsigned shift = 0;

	for (int i = 0; i < DW_LEB_MAX && reader->pos < reader->end; i++) {
		uint8_t byte = *reader->pos++;
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
		if (byte & 0x80)
			continue;
		if (is_signed && shift < 64 && (byte & 0x40))
			value |= UINT64_MAX << shift;
		return value;
	}
	dw_reader_fail(reader);
	return 0;
}

static inline uint64_t dw_read_uleb(struct dw_reader *reader)
{
	return dw_read_leb(reader, false);
}

static inline int64_t dw_read_sleb(struct dw_reader *reader)
{
	return (int64_t)dw_read_leb(reader, true);
}

/* A NUL-terminated string in the section, or NULL. */
static inline const char *dw_read_string(struct dw_reader *reader)
{
	uint64_t left = dw_reader_left(reader);
	const uint8_t *nul = left ? memchr(reader->pos, 0, left) : NULL;
	if (!nul) {
		dw_reader_fail(reader);
		return NULL;
	}
	const char *string = (const char *)reader->pos;
	reader->pos = nul + 1;
	return string;
}

#endif
