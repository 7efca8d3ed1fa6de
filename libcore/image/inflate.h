/* SPDX-License-Identifier: MIT */
/*
 * Compressed sections: what they say of themselves, and their content.
 *
 * Two layouts exist: SHF_COMPRESSED with an Elf64_Chdr in front (gABI,
 * "Section Compression"), and GNU's older .zdebug_ sections with "ZLIB" and a
 * big-endian size.
 */
#ifndef CT_IMAGE_INFLATE_H
#define CT_IMAGE_INFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * The size that a section claims decides how much is allocated: it is held
 * against what the formats can do.  Deflate cannot exceed 1032:1 (zlib's
 * technical notes), and debug information never gets near that with zstd.
 */
enum {
	CT_MAX_RATIO = 1100,
};

/* The compression of a section's stored bytes. */
struct ct_compression {
	uint32_t type; /* ELFCOMPRESS_; 0 for none */
	size_t header; /* bytes before the stream */
	uint64_t size; /* as inflated */
};

/* Read an Elf64_Chdr; type stays 0 when there is no room for one. */
struct ct_compression ct_compression_of_chdr(const void *data, size_t size);
/* Read the header of a .zdebug_ section; type stays 0 when there is none. */
struct ct_compression ct_compression_of_zdebug(const void *data, size_t size);

/*
 * Inflate the stream behind the header to exactly compression->size bytes.
 * The message of an error is to be prefixed with the section's name.
 *
 * @param limit  No more bytes than this.
 * @param ret    On success, heap memory.
 */
CT_MUST_CHECK
struct ct_error *ct_inflate(const struct ct_compression *compression,
			    const void *data, size_t size, uint64_t limit,
			    void **ret);

#endif
