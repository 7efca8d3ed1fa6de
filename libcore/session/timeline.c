/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "session/packing.h"
#include "session/timeline.h"

enum {
	CHUNK_SIZE = 128 << 10, /* a larger record has one of its own */
	MEMORY_MAX = 32 << 20,
	/* When there is a file: what comes from the agent at once, which is
	 * read again soon, and written while it is in the processor's cache. */
	MEMORY_WITH_FILE = 6 << 20,
};

/*
 * Records one behind the other from the start, and where each begins, 32 bits
 * a record, from the end down.  In the file, they are packed.
 */
struct ct_timeline_chunk {
	uint8_t *data;   /* NULL: in the file */
	uint64_t offset; /* there */
	size_t packed;   /* its size there */
	size_t size;     /* of data */
	size_t first;    /* the index of its first record */
	uint32_t count, used;
};

void ct_timeline_init(struct ct_timeline *timeline)
{
	*timeline = (struct ct_timeline){.memory_max = MEMORY_MAX, .fd = -1};
	ct_arena_init(&timeline->texts);
}

void ct_timeline_deinit(struct ct_timeline *timeline)
{
	for (size_t i = timeline->spilled; i < timeline->chunk_count; i++)
		free(timeline->chunks[i].data);
	free(timeline->chunks);
	free(timeline->marks);
	free(timeline->packed);
	ct_arena_deinit(&timeline->texts);
	if (timeline->fd >= 0)
		close(timeline->fd);
	*timeline = (struct ct_timeline){.fd = -1};
}

void ct_timeline_clear(struct ct_timeline *timeline)
{
	size_t memory_max = timeline->memory_max;
	uint64_t cleared = timeline->cleared + 1;
	ct_timeline_deinit(timeline);
	ct_timeline_init(timeline);
	timeline->memory_max = memory_max;
	timeline->cleared = cleared;
}

/* ---- the file */

/* A file without a name; -1 and errno. */
static int open_in(const char *directory)
{
	CT_AUTO_FREE char *path = NULL;
	int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	/* open(2): what filesystems and kernels say that have no O_TMPFILE. */
	if (fd >= 0 ||
	    (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
		return fd;
	if (asprintf(&path, "%s/ctester-XXXXXX", directory) < 0)
		return -1;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

/* /tmp is often memory, so it comes last. */
static struct ct_error *open_file(struct ct_timeline *timeline)
{
	const char *named = getenv("TMPDIR");
	const char *const directories[] = {named && *named ? named : "/var/tmp",
					   "/var/tmp", "/tmp"};
	int error = 0;
	for (size_t i = 0; timeline->fd < 0 && i < 3; i++) {
		timeline->fd = open_in(directories[i]);
		if (!i)
			error = errno;
	}
	if (timeline->fd >= 0)
		return NULL;
	return ct_error_format(CT_ERROR_OS, "no temporary file in %s: %s",
			       directories[0], strerror(error));
}

static struct ct_error *write_at(int fd, const uint8_t *data, size_t size,
				 uint64_t offset)
{
	while (size) {
		ssize_t written = pwrite(fd, data, size, (off_t)offset);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return ct_error_format(
			    CT_ERROR_OS,
			    "the temporary file cannot be written: %s",
			    strerror(written ? errno : ENOSPC));
		data += written;
		size -= (size_t)written;
		offset += (uint64_t)written;
	}
	return NULL;
}

static struct ct_error *read_at(int fd, uint8_t *data, size_t size,
				uint64_t offset)
{
	while (size) {
		ssize_t got = pread(fd, data, size, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return ct_error_format(
			    CT_ERROR_OS,
			    "what was recorded cannot be read again: %s",
			    strerror(got ? errno : EIO));
		data += got;
		size -= (size_t)got;
		offset += (uint64_t)got;
	}
	return NULL;
}

/* ---- chunks */

static size_t index_size(const struct ct_timeline_chunk *chunk)
{
	return chunk->count * sizeof(uint32_t);
}

static bool grow(uint8_t **bytes, size_t *size, size_t needed)
{
	uint8_t *bigger = *size < needed ? realloc(*bytes, needed) : *bytes;
	if (!bigger)
		return false;
	*bytes = bigger;
	*size = *size < needed ? needed : *size;
	return true;
}

/* Put the oldest chunk in memory into the file; its memory is *ret then.  When
 * it fails, the chunk stays what it is. */
static struct ct_error *spill(struct ct_timeline *timeline,
			      struct ct_timeline_chunk *chunk, uint8_t **ret)
{
	struct ct_error *err = NULL;
	if (!grow(&timeline->packed, &timeline->packed_size,
		  ct_pack_bound(chunk->used, chunk->count)))
		return &ct_enomem;
	if (timeline->fd < 0)
		err = open_file(timeline);
	if (err)
		return err;
	size_t size = ct_pack(chunk->data, chunk->used, timeline->packed);
	err =
	    write_at(timeline->fd, timeline->packed, size, timeline->file_size);
	if (err)
		return err;
	*ret = chunk->data;
	chunk->data = NULL;
	chunk->offset = timeline->file_size;
	timeline->file_size += size;
	timeline->memory_used -= chunk->size;
	chunk->packed = size;
	timeline->spilled++;
	return NULL;
}

static bool has_too_much(const struct ct_timeline *timeline)
{
	size_t most = timeline->memory_max;
	if (timeline->fd >= 0 && most > MEMORY_WITH_FILE)
		most = MEMORY_WITH_FILE;
	return timeline->memory_used > most &&
	       timeline->spilled < timeline->chunk_count;
}

/* Memory for one more chunk, by the file when there is enough in use. */
static struct ct_error *make_room(struct ct_timeline *timeline, size_t size,
				  uint8_t **ret)
{
	uint8_t *data = NULL;
	while (has_too_much(timeline)) {
		struct ct_timeline_chunk *oldest =
		    &timeline->chunks[timeline->spilled];
		size_t had = oldest->size;
		free(data);
		data = NULL;
		struct ct_error *err = spill(timeline, oldest, &data);
		if (err)
			return err;
		if (had != size) {
			free(data);
			data = NULL;
		}
	}
	if (!data)
		data = malloc(size);
	if (!data)
		return &ct_enomem;
	*ret = data;
	return NULL;
}

static struct ct_error *add_chunk(struct ct_timeline *timeline, size_t size)
{
	if (timeline->chunk_count == timeline->chunk_capacity) {
		size_t capacity = timeline->chunk_capacity
				      ? timeline->chunk_capacity * 2
				      : 64;
		struct ct_timeline_chunk *bigger =
		    reallocarray(timeline->chunks, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		timeline->chunks = bigger;
		timeline->chunk_capacity = capacity;
	}
	uint8_t *data;
	struct ct_error *err = make_room(timeline, size, &data);
	if (err)
		return err;
	timeline->chunks[timeline->chunk_count++] = (struct ct_timeline_chunk){
	    .data = data, .size = size, .first = timeline->count};
	timeline->memory_used += size;
	return NULL;
}

static struct ct_timeline_chunk *newest(const struct ct_timeline *timeline)
{
	return timeline->chunk_count
		   ? &timeline->chunks[timeline->chunk_count - 1]
		   : NULL;
}

static bool has_room(const struct ct_timeline_chunk *chunk, size_t size)
{
	return chunk && chunk->size - chunk->used - index_size(chunk) >=
			    size + sizeof(uint32_t);
}

/* The user is told once. */
static struct ct_error *give_up(struct ct_timeline *timeline,
				struct ct_error *err)
{
	timeline->is_full = true;
	timeline->unkept++;
	return ct_error_prefix(
	    err,
	    "%zu calls are kept, and none from here on (trace files go on; "
	    "TMPDIR can name a directory with room)",
	    timeline->count);
}

struct ct_error *ct_timeline_add(struct ct_timeline *timeline,
				 const struct ct_record *record)
{
	size_t size = record->size;
	if (timeline->is_full) {
		timeline->unkept++;
		return NULL;
	}
	struct ct_timeline_chunk *chunk = newest(timeline);
	if (!has_room(chunk, size)) {
		size_t needed = size + sizeof(uint64_t);
		struct ct_error *err = add_chunk(
		    timeline, needed > CHUNK_SIZE ? needed : CHUNK_SIZE);
		if (err)
			return give_up(timeline, err);
		chunk = newest(timeline);
	}
	memcpy(chunk->data + chunk->used, record, size);
	chunk->count++;
	memcpy(chunk->data + chunk->size - index_size(chunk), &chunk->used,
	       sizeof(chunk->used));
	chunk->used += (uint32_t)size;
	timeline->count++;
	return NULL;
}

struct ct_error *ct_timeline_add_mark(struct ct_timeline *timeline,
				      const struct ct_mark *mark)
{
	if (timeline->mark_count == timeline->mark_capacity) {
		size_t capacity =
		    timeline->mark_capacity ? timeline->mark_capacity * 2 : 16;
		struct ct_timeline_mark *bigger =
		    reallocarray(timeline->marks, capacity, sizeof(*bigger));
		if (!bigger)
			return &ct_enomem;
		timeline->marks = bigger;
		timeline->mark_capacity = capacity;
	}
	struct ct_timeline_mark kept = {*mark, timeline->count};
	if (mark->text) {
		kept.mark.text = ct_arena_strdup(&timeline->texts, mark->text);
		if (!kept.mark.text)
			return &ct_enomem;
	}
	timeline->marks[timeline->mark_count++] = kept;
	return NULL;
}

/* ---- reading */

void ct_timeline_cursor_init(struct ct_timeline_cursor *cursor,
			     const struct ct_timeline *timeline)
{
	*cursor = (struct ct_timeline_cursor){.timeline = timeline,
					      .window_chunk = SIZE_MAX};
}

void ct_timeline_cursor_deinit(struct ct_timeline_cursor *cursor)
{
	free(cursor->window);
	free(cursor->packed);
	cursor->window = cursor->packed = NULL;
	cursor->window_size = cursor->packed_size = 0;
	cursor->window_chunk = SIZE_MAX;
}

static bool is_in(const struct ct_timeline_chunk *chunk, size_t index)
{
	return index - chunk->first < chunk->count;
}

/* The chunk that a record is in, which is there. */
static size_t find_chunk(const struct ct_timeline *timeline, size_t hint,
			 size_t index)
{
	for (size_t i = hint; i < timeline->chunk_count && i < hint + 2; i++)
		if (is_in(&timeline->chunks[i], index))
			return i;
	size_t low = 0, high = timeline->chunk_count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (timeline->chunks[middle].first <= index)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static struct ct_error *load(struct ct_timeline_cursor *cursor, size_t at)
{
	const struct ct_timeline_chunk *chunk = &cursor->timeline->chunks[at];
	if (!grow(&cursor->packed, &cursor->packed_size, chunk->packed) ||
	    !grow(&cursor->window, &cursor->window_size,
		  chunk->used + index_size(chunk)))
		return &ct_enomem;
	cursor->window_chunk = SIZE_MAX;
	struct ct_error *err = read_at(cursor->timeline->fd, cursor->packed,
				       chunk->packed, chunk->offset);
	if (err)
		return err;
	if (!ct_unpack(cursor->packed, chunk->packed, cursor->window,
		       chunk->used,
		       (uint32_t *)(void *)(cursor->window + chunk->used),
		       chunk->count))
		return ct_error_format(CT_ERROR_OS,
				       "what was recorded is damaged in the "
				       "temporary file");
	cursor->window_chunk = at;
	return NULL;
}

struct ct_error *ct_timeline_at(struct ct_timeline_cursor *cursor, size_t index,
				const struct ct_record **ret)
{
	cursor->chunk = find_chunk(cursor->timeline, cursor->chunk, index);
	const struct ct_timeline_chunk *chunk =
	    &cursor->timeline->chunks[cursor->chunk];
	const uint8_t *data = chunk->data, *end;
	if (data) {
		end = data + chunk->size;
	} else {
		struct ct_error *err = cursor->window_chunk == cursor->chunk
					   ? NULL
					   : load(cursor, cursor->chunk);
		if (err)
			return err;
		data = cursor->window;
		end = data + chunk->used + index_size(chunk);
	}
	uint32_t offset;
	memcpy(&offset, end - (index - chunk->first + 1) * sizeof(offset),
	       sizeof(offset));
	*ret = (const void *)(data + offset);
	return NULL;
}
