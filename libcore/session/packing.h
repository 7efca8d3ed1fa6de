/* SPDX-License-Identifier: MIT */
/*
 * Packing: records one behind the other, for a file, in a third of their size.
 *
 * The calls of one function have most of their words in common: who called, the
 * process, the shape of what was captured.  So of each record there are only
 * the words that are others than in the last one with the same signature.
 * That costs less than to write them would.
 *
 *   head         32 bits: the record's words, and which one is the last
 *   bits         64 bits for each 64 words: which of them follow
 *   words        by which the record differs: what is to be changed (XOR)
 */
#ifndef CT_SESSION_PACKING_H
#define CT_SESSION_PACKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most that `size` bytes of `count` records can become. */
size_t ct_pack_bound(size_t size, uint32_t count);

/*
 * Pack records, each a multiple of 8 long; size is that of all.
 *
 * @param ret  ct_pack_bound() bytes.
 * @return How many of them are used.
 */
size_t ct_pack(const uint8_t *records, size_t size, uint8_t *ret);

/*
 * The records again.  False for what no records can have become: nothing is
 * read or written outside of either then, either.
 *
 * @param ret    size bytes, aligned to 8: what was packed.
 * @param index  Where each record begins, the last one first, count of them.
 */
bool ct_unpack(const uint8_t *packed, size_t packed_size, uint8_t *ret,
	       size_t size, uint32_t *index, uint32_t count);

#endif
