/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "value/plan.h"
#include "value/record.h"
#include "value/tail.h"

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

/* Where the first blob begins that lies behind addr. */
static uint64_t next_blob(const uint8_t *blobs, uint32_t size, uint64_t addr)
{
	uint64_t next = UINT64_MAX;
	for (uint32_t at = 0; at + sizeof(struct ct_blob) <= size;) {
		const struct ct_blob *blob = (const void *)(blobs + at);
		if (blob->addr > addr && blob->addr < next)
			next = blob->addr;
		at += (uint32_t)sizeof(*blob) + ct_pad8(blob->size);
	}
	return next;
}

/* One piece of what is at addr at the return. */
static size_t read_exit_piece(const struct ct_record *record, uint64_t addr,
			      void *buf, size_t size)
{
	const uint8_t *blobs = ct_record_exit_blobs(record);
	uint32_t blobs_size = record->exit_blobs_size;
	const struct ct_blob *blob = find_blob(blobs, blobs_size, addr);
	if (blob)
		return copy_from_blob(blob, addr, buf, size);
	blob = find_blob(ct_record_entry_blobs(record),
			 record->entry_blobs_size, addr);
	if (!blob)
		return CT_MEMORY_UNKNOWN;
	uint64_t room = next_blob(blobs, blobs_size, addr) - addr;
	return copy_from_blob(blob, addr, buf, size < room ? size : room);
}

/* A change inside of an object that has not changed elsewhere is a blob over
 * a part of the object's. */
static size_t read_exit(void *arg, uint64_t addr, void *buf, size_t size)
{
	size_t done = 0;
	while (done < size) {
		size_t got = read_exit_piece(
		    arg, addr + done, (uint8_t *)buf + done, size - done);
		if (got == CT_MEMORY_UNKNOWN)
			return done ? done : got;
		if (!got)
			break;
		done += got;
	}
	return done;
}

struct ct_memory ct_record_entry_memory(const struct ct_record *record)
{
	return (struct ct_memory){read_entry, (void *)(uintptr_t)record};
}

struct ct_memory ct_record_exit_memory(const struct ct_record *record)
{
	return (struct ct_memory){read_exit, (void *)(uintptr_t)record};
}

/* Not canonical: no pointer that can be followed has it. */
#define NOTE_ADDR (1ull << 63)

void ct_record_add_blob(struct ct_record *record, size_t capacity,
			uint64_t addr, const void *bytes, size_t size)
{
	const size_t head = sizeof(struct ct_blob);
	if (!size || size > UINT32_MAX / 2 || capacity < record->size ||
	    capacity - record->size < head + ct_pad8((uint32_t)size)) {
		if (size)
			record->flags |= CT_RECORD_CUT;
		return;
	}
	struct ct_blob blob = {.addr = addr, .size = (uint32_t)size};
	uint8_t *to = (uint8_t *)record + record->size;
	uint32_t whole = (uint32_t)head + ct_pad8(blob.size);
	memset(to, 0, whole);
	memcpy(to, &blob, head);
	memcpy(to + head, bytes, size);
	record->size += whole;
	if (record->flags & CT_RECORD_HAS_RESULT)
		record->exit_blobs_size += whole;
	else
		record->entry_blobs_size += whole;
}

size_t ct_record_exit_size(const struct ct_record *record, uint64_t addr)
{
	const struct ct_blob *blob = find_blob(ct_record_exit_blobs(record),
					       record->exit_blobs_size, addr);
	return blob ? blob->size - (size_t)(addr - blob->addr) : 0;
}

void ct_record_add_note(struct ct_record *record, size_t capacity,
			unsigned int index, const void *text, size_t size)
{
	/* So far apart that the bytes of one do not reach the next. */
	ct_record_add_blob(record, capacity,
			   NOTE_ADDR + ((uint64_t)index << 32), text, size);
}

const char *ct_record_note(const struct ct_record *record, unsigned int index,
			   size_t *size)
{
	uint64_t addr = NOTE_ADDR + ((uint64_t)index << 32);
	const struct ct_blob *blob = find_blob(ct_record_entry_blobs(record),
					       record->entry_blobs_size, addr);
	if (!blob)
		blob = find_blob(ct_record_exit_blobs(record),
				 record->exit_blobs_size, addr);
	if (!blob || !blob->size)
		return NULL;
	*size = blob->size;
	return (const char *)(blob + 1);
}

static struct ct_error *damage(const char *what)
{
	return ct_error_format(CT_ERROR_BAD_DATA, "damaged record: %s", what);
}

static struct ct_error *check_fields(const struct ct_record *record,
				     const struct ct_plan *plan)
{
	bool has_result = record->flags & CT_RECORD_HAS_RESULT;
	if (record->outcome > CT_OUTCOME_UNFINISHED)
		return damage("no such outcome");
	if (record->args_size != plan->args_size)
		return damage("not of this function's arguments");
	if (record->tail_count > CT_TAIL_MAX)
		return damage("too many variadic arguments");
	if (record->result_size != (has_result ? plan->result_size : 0))
		return damage("not of this function's result");
	return NULL;
}

/* The parts fill the record. */
static struct ct_error *check_parts(const struct ct_record *record)
{
	uint64_t sum = sizeof(*record);
	sum += ((uint64_t)record->args_size + 7) & ~7ull;
	sum += (uint64_t)record->tail_count * sizeof(struct ct_tail_value);
	sum += record->entry_blobs_size;
	sum += ((uint64_t)record->result_size + 7) & ~7ull;
	sum += record->exit_blobs_size;
	if (sum != record->size || record->entry_blobs_size % 8 ||
	    record->exit_blobs_size % 8)
		return damage("its parts do not make its size");
	return NULL;
}

static struct ct_error *check_blobs(const uint8_t *blobs, uint32_t size)
{
	while (size) {
		const struct ct_blob *blob = (const void *)blobs;
		if (size < sizeof(*blob))
			return damage("half a piece of memory");
		uint64_t whole =
		    sizeof(*blob) + (((uint64_t)blob->size + 7) & ~7ull);
		if (whole > size || blob->addr + blob->size < blob->addr)
			return damage("a piece of memory is too large");
		blobs += whole;
		size -= (uint32_t)whole;
	}
	return NULL;
}

struct ct_error *ct_record_check(const struct ct_record *record, size_t size,
				 const struct ct_plan *plan)
{
	if (size < sizeof(*record) || record->size > size)
		return damage("it is cut off");
	struct ct_error *err = check_fields(record, plan);
	if (!err)
		err = check_parts(record);
	for (uint32_t i = 0; !err && i < record->tail_count; i++)
		if (ct_record_tail(record)[i].class >= CT_TAIL_CLASSES)
			err = damage("no such variadic class");
	if (!err)
		err = check_blobs(ct_record_entry_blobs(record),
				  record->entry_blobs_size);
	if (!err)
		err = check_blobs(ct_record_exit_blobs(record),
				  record->exit_blobs_size);
	return err;
}
