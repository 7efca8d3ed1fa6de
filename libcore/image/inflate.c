/* SPDX-License-Identifier: MIT */
/* libelf 0.188 cannot inflate zstd, so both libraries are called here. */
#include <elf.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/cleanup.h"
#include "image/inflate.h"

#ifndef ELFCOMPRESS_ZSTD /* glibc 2.36 is older than the number */
#define ELFCOMPRESS_ZSTD 2
#endif

struct ct_compression ct_compression_of_chdr(const void *data, size_t size)
{
	Elf64_Chdr header;
	if (size < sizeof(header))
		return (struct ct_compression){0};
	memcpy(&header, data, sizeof(header));
	return (struct ct_compression){
	    .type = header.ch_type,
	    .header = sizeof(header),
	    .size = header.ch_size,
	};
}

struct ct_compression ct_compression_of_zdebug(const void *data, size_t size)
{
	uint64_t inflated;
	if (size < 4 + sizeof(inflated) || memcmp(data, "ZLIB", 4) != 0)
		return (struct ct_compression){0};
	memcpy(&inflated, (const char *)data + 4, sizeof(inflated));
	return (struct ct_compression){
	    .type = ELFCOMPRESS_ZLIB,
	    .header = 4 + sizeof(inflated),
	    .size = __builtin_bswap64(inflated),
	};
}

static uInt take_part(size_t left)
{
	return left > UINT_MAX ? UINT_MAX : (uInt)left;
}

/* A partial link concatenates streams, so the end of one may not be the end. */
static struct ct_error *inflate_zlib(const void *from, size_t from_size,
				     void *to, size_t to_size)
{
	z_stream stream = {0};
	if (inflateInit(&stream) != Z_OK)
		return &ct_enomem;

	/* zlib's next_in lacks const unless ZLIB_CONST is defined. */
	stream.next_in = (Bytef *)(uintptr_t)from;
	stream.next_out = to;
	int status = Z_OK;
	while (to_size && status == Z_OK) {
		uInt in = take_part(from_size), out = take_part(to_size);
		stream.avail_in = in;
		stream.avail_out = out;
		status = inflate(&stream, Z_NO_FLUSH);
		from_size -= in - stream.avail_in;
		to_size -= out - stream.avail_out;
		if (status == Z_STREAM_END && to_size)
			status = inflateReset(&stream);
	}
	inflateEnd(&stream);
	if (status == Z_MEM_ERROR)
		return &ct_enomem;
	if (to_size)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "its zlib data is damaged");
	return NULL;
}

static struct ct_error *inflate_zstd(const void *from, size_t from_size,
				     void *to, size_t to_size)
{
	size_t got = ZSTD_decompress(to, to_size, from, from_size);
	if (ZSTD_isError(got))
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "its zstd data is damaged: %s",
				       ZSTD_getErrorName(got));
	if (got != to_size)
		return ct_error_format(
		    CT_ERROR_BAD_DATA,
		    "it inflates to %zu bytes instead of %zu", got, to_size);
	return NULL;
}

struct ct_error *ct_inflate(const struct ct_compression *compression,
			    const void *data, size_t size, uint64_t limit,
			    void **ret)
{
	uint64_t inflated = compression->size;
	const char *stream = (const char *)data + compression->header;
	size -= compression->header;

	if (compression->type != ELFCOMPRESS_ZLIB &&
	    compression->type != ELFCOMPRESS_ZSTD)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "its compression %" PRIu32 " is unknown",
				       compression->type);
	if (inflated / CT_MAX_RATIO > size || inflated > limit)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "it claims to inflate from %zu to "
				       "%" PRIu64 " bytes",
				       size, inflated);

	CT_AUTO_FREE void *to = malloc(inflated ? inflated : 1);
	if (!to)
		return &ct_enomem;
	struct ct_error *err = compression->type == ELFCOMPRESS_ZLIB
				   ? inflate_zlib(stream, size, to, inflated)
				   : inflate_zstd(stream, size, to, inflated);
	if (err)
		return err;
	*ret = ct_take(to);
	return NULL;
}
