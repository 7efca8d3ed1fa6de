/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "value/record.h"

/*
 * The blob that has the most bytes from addr on: a string may also lie inside
 * an object that was captured, which ends before the string does.
 */
static const struct ct_blob *find_blob(const uint8_t *blobs, uint32_t size,
				       uint64_t addr)
{
	const struct ct_blob *best = NULL, *unreadable = NULL;
	uint64_t best_end = addr;
	for (uint32_t at = 0; at + sizeof(struct ct_blob) <= size;) {
		const struct ct_blob *blob = (const void *)(blobs + at);
		if (blob->addr <= addr && addr - blob->addr < blob->size &&
		    blob->addr + blob->size > best_end) {
			best = blob;
			best_end = blob->addr + blob->size;
		} else if (blob->addr == addr && !blob->size) {
			unreadable = blob;
		}
		at += (uint32_t)sizeof(*blob) + ct_pad8(blob->size);
	}
	return best ? best : unreadable;
}

static size_t copy_from_blob(const struct ct_blob *blob, uint64_t addr,
			     void *buf, size_t size)
{
	uint64_t skip = addr - blob->addr;
	size_t available = blob->size - skip;
	if (size > available)
		size = available;
	memcpy(buf, (const uint8_t *)(blob + 1) + skip, size);
	return size;
}

static size_t read_entry(void *arg, uint64_t addr, void *buf, size_t size)
{
	const struct ct_record *record = arg;
	const struct ct_blob *blob = find_blob(ct_record_entry_blobs(record),
					       record->entry_blobs_size, addr);
	return blob ? copy_from_blob(blob, addr, buf, size) : CT_MEMORY_UNKNOWN;
}

static size_t read_exit(void *arg, uint64_t addr, void *buf, size_t size)
{
	const struct ct_record *record = arg;
	const struct ct_blob *blob = find_blob(ct_record_exit_blobs(record),
					       record->exit_blobs_size, addr);
	return blob ? copy_from_blob(blob, addr, buf, size)
		    : read_entry(arg, addr, buf, size);
}

struct ct_memory ct_record_entry_memory(const struct ct_record *record)
{
	return (struct ct_memory){read_entry, (void *)(uintptr_t)record};
}

struct ct_memory ct_record_exit_memory(const struct ct_record *record)
{
	return (struct ct_memory){read_exit, (void *)(uintptr_t)record};
}
